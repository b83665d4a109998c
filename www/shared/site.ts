/**
 * Where the simulator's pages are: `/` at the development server. What `tt-rtc-sim export` makes may
 * lie in any folder of a host, so each page says in a `<meta>` where its site is, seen from itself.
 */
export const SITE = ((): string => {
  // Parts of the phone are read where there is no page, too.
  if (typeof document === "undefined") return "/";
  const root = document.querySelector<HTMLMetaElement>('meta[name="tt-sim-root"]')?.content ?? "/";
  return new URL(root, document.baseURI).pathname;
})();
