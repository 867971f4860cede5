/** Words without which English says little, and which French, Spanish and Portuguese do not have. */
const ENGLISH =
  /(?<![\p{L}\p{N}_.-])(?:the|of|was|were|is|are|and|with|which|that|this|these|people|because|since|until|has|had|have|not|been|from|by|it|its|nobody|everybody|someone|you|your|when|where|what|who|there|here|cannot|must|should|will|would|than|then|at|to|be)(?![\p{L}\p{N}_-])/iu;

/** The English in a text of another language; nothing when there is none. Names in quotation marks and code are not looked at. */
export function englishIn(text: string): string | undefined {
  const plain = text.replace(/"[^"]*"|« [^»]* »|«[^»]*»|“[^”]*”|`[^`]*`/g, ' ');
  return ENGLISH.exec(plain)?.[0];
}
