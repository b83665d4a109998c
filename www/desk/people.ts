/** Who uses the phones: names in the order of the alphabet, each with a colour of its own. */
const NAMES = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy"];

/** The user of the phone with that number, from 0. */
export function userOf(index: number): { id: string; nickName: string; avatarUrl: string } {
  const id = NAMES[index] ?? `user${index + 1}`;
  return { id, nickName: id.charAt(0).toUpperCase() + id.slice(1), avatarUrl: avatar(id) };
}

/** A colour's hue in degrees, the same for a name each time. */
export function hue(name: string): number {
  let place = NAMES.indexOf(name);
  if (place < 0) for (const char of name) place = (place * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  // Neighbours are to differ: the golden angle spreads them.
  return Math.round(165 + place * 137.5) % 360;
}

/** The first letter of a name, as shown in a circle. */
export function initial(name: string): string {
  return Array.from(name)[0]?.toUpperCase() ?? "?";
}

function avatar(name: string): string {
  const letter = initial(name).replace(/[&<>]/g, "");
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="132" height="132" viewBox="0 0 132 132">` +
    `<rect width="132" height="132" fill="hsl(${hue(name)} 32% 46%)"/>` +
    `<text x="66" y="86" font-family="sans-serif" font-size="58" font-weight="600" fill="#fff" text-anchor="middle">${letter}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
