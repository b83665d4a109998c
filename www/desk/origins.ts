/**
 * Where the pages of phones are: each at an origin of its own, so that the code of a project reaches
 * neither the desk nor another phone. That is a name below the desk's, `sim.localhost`, which browsers
 * take for this machine; for those that do not, the server opens ports. `origins.rs` of
 * `crates/simulator` says more. Exported, all of it is one site.
 */
import { fetchWithSecret, hasServer } from "../shared/secret";
import { SITE } from "../shared/site";

const DESK = "sim.localhost";
/** How long a name may take to answer, in milliseconds. */
const PATIENCE = 3_000;
/** The address of the site that has a phone's page, without a slash at its end. */
export type Origins = (phone: string) => string;

/**
 * @param opened the ports that were open as the desk's page was loaded: its policy names them
 * @returns nothing if the page is loaded anew, at the desk's name or for ports that were opened
 */
export async function originsOfPhones(opened: readonly number[]): Promise<Origins | undefined> {
  const { hostname, port } = location;
  if (!hasServer()) return () => `${location.origin}${SITE.slice(0, -1)}`;
  const named: Origins = (phone) => `http://p${phone}.${DESK}${port && `:${port}`}`;
  if (await answers(named("1"))) {
    if (hostname === DESK) return named;
    location.replace(Object.assign(new URL(location.href), { protocol: "http:", hostname: DESK }));
    return undefined;
  }
  if (opened.length > 0)
    return (phone) => `http://${hostname}:${opened[(Number(phone) - 1) % opened.length] ?? opened[0]}`;
  const response = await fetchWithSecret("/ports").catch(() => undefined);
  // Without a server, or a free port, nothing runs; the desk says so.
  if (!response?.ok || ((await response.json()) as number[]).length === 0) return named;
  location.reload();
  return undefined;
}

async function answers(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/there`, { signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    return false;
  }
}
