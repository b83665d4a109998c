/** What `video` and `live-player` say of what a browser cannot play, which phones play with decoders of their own. */

const TYPES: Readonly<Record<string, string>> = {
  flv: "video/x-flv",
  m3u8: "application/vnd.apple.mpegurl",
  mpd: "application/dash+xml",
  ts: "video/mp2t",
};

/** Why an address cannot be played, where its name says so. */
export function unplayable(player: HTMLVideoElement, address: string): string | undefined {
  if (!URL.canParse(address, location.href)) return "the address is none";
  const { protocol, pathname } = new URL(address, location.href);
  if (!/^(https?|blob|data):$/.test(protocol)) return `a browser cannot play ${protocol} streams`;
  const extension = pathname.split(".").pop() ?? "";
  const type = TYPES[extension];
  return type && player.canPlayType(type) === ""
    ? `this browser cannot play ${extension} streams`
    : undefined;
}
