/** Bounds on one rendering, so that no template can hang or fill the process that renders it. */
export const LOOP_ITERATIONS_MAX = 20_000;
export const OUTPUT_CHARACTERS_MAX = 2_000_000;
/** Of values that one rendering puts out, also into captured text, which is put out once more. */
export const PUT_CHARACTERS_MAX = 4 * OUTPUT_CHARACTERS_MAX;
/** Characters and elements that filters and ranges may produce in one rendering. */
export const FILTER_ALLOCATION_MAX = 5_000_000;
