/**
 * Stands in for `adaptivecards/src/schema`, which the types of adaptivecards-templating import: where that package is installed,
 * the path leads to source that our compiler settings refuse.
 */
export type IAdaptiveCard = Record<string, unknown>;
