// Who a user is, and how one is shown: by id, since the platform knows no names.

/** Whose page it is if its address does not say: somebody else in each tab, the same on reload. */
export function guest() {
  const made = `guest-${crypto.getRandomValues(new Uint16Array(1))[0]}`;
  try {
    sessionStorage.guest ??= made;
    return sessionStorage.guest;
  } catch {
    // A browser that keeps nothing.
    return made;
  }
}

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
