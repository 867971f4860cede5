import { z } from 'zod';

/** A definition before it is parsed by its kind; in the OpenAPI document it is one of the schemas of all kinds. */
export const AnyDefinition = z.record(z.string(), z.unknown()).meta({ id: 'Definition' });

/** What the document calls `AnyDefinition` as an input. */
export const ANY_DEFINITION_COMPONENT = 'DefinitionInput';

/** The content types in which a definition can be sent. */
export const DEFINITION_TYPES = ['application/json', 'application/yaml'];
