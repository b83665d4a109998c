// A trace may be shown to others: tokens and TURN passwords are not in it.

const SECRETS = new Set(["token", "updateToken", "credential"]);

/** A copy of an entry without them. */
export function redact(entry) {
  const hide = (key, value) => (typeof value === "string" && SECRETS.has(key) ? "redacted" : value);
  return JSON.parse(JSON.stringify(entry, hide));
}
