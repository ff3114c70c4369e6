const TEXTUAL =
  /^(?:text\/.|[^/]+\/(?:.+\+)?(?:json|jsonl|jsonlines|x-ndjson|ndjson|xml|yaml|x-yaml|toml|sql|graphql|rtf|javascript|ecmascript|typescript|x-sh|x-shellscript|x-httpd-php|x-subrip|x-tex)$)/u;

/** Whether a media type, with or without parameters, is one of text: it can be shown as such. */
export function isTextType(type: string | undefined): boolean {
  return type !== undefined && TEXTUAL.test(type.split(';', 1)[0]?.trim().toLowerCase() ?? '');
}
