// How a user is shown: by id, since the platform knows no names.

/** `alice` as `Alice`. */
export function displayName(userId) {
  return userId.charAt(0).toUpperCase() + userId.slice(1);
}

/** Two ids rarely have the same hue; one id always has. */
export function hue(userId) {
  let hash = 7;
  for (const character of userId) hash = (hash * 31 + character.codePointAt(0)) % 9973;
  return Math.round(hash * 137.5) % 360;
}
