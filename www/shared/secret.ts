/**
 * The secret of the development server, which stands in the pages that it sends. Requests with
 * effects are refused without it, see `secret.rs` of `crates/simulator`: in the header `x-tt-secret`,
 * or in the query of a WebSocket's address.
 *
 * A server that was started again has another secret. What is refused, or has lost its connection,
 * looks it up again ({@link renewSecret}), so a page that was loaded before goes on. On a machine of
 * the network (`--lan`) it cannot: the invitation is another one too. Then the page says so.
 */

/** The name of the `<meta>` that has it. */
const NAME = "tt-sim-secret";
/** The header that it is sent in. */
const HEADER = "x-tt-secret";

/** Once it was asked for: parts of the phone are read where there is no page, too. */
let secret: string | undefined;
let renewing: Promise<boolean> | undefined;

/** Whether this page is of a development server. One that was exported has no secret, and nobody to ask. */
export function hasServer(): boolean {
  return current() !== "";
}

/** The header with the secret, for a request to the development server. */
export function secretHeader(): [name: string, value: string] {
  return [HEADER, current()];
}

/** The address of a WebSocket with the secret, if it is one of the development server; else as it is. */
export function withSecret(address: string | URL): string {
  const url = new URL(address, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  if (url.host !== location.host) return String(address);
  url.searchParams.set("secret", current());
  return url.href;
}

/** A request to the development server, with its secret. */
export async function fetchWithSecret(path: string): Promise<Response> {
  const ask = (): Promise<Response> => fetch(path, { cache: "no-store", headers: [secretHeader()] });
  const response = await ask();
  return response.status === 403 && (await renewSecret()) ? ask() : response;
}

/** Looks the secret up again; whether the server answered. Those who ask meanwhile are answered together. */
export function renewSecret(): Promise<boolean> {
  renewing ??= look().finally(() => (renewing = undefined));
  return renewing;
}

async function look(): Promise<boolean> {
  // This page: it has the one of its origin.
  const response = await fetch(location.pathname, { cache: "no-store" }).catch(() => undefined);
  tell(response?.status === 403 ? "uninvited" : undefined);
  if (!response?.ok) return false;
  secret = secretIn(new DOMParser().parseFromString(await response.text(), "text/html"));
  return true;
}

/** Says over the page what its user has to do, or that no more. On a desk, the desk does. */
function tell(what: "uninvited" | undefined): void {
  if (window.parent !== window) return;
  const id = "tt-sim-uninvited";
  const shown = document.getElementById(id);
  if (what === undefined) shown?.remove();
  if (what === undefined || shown) return;
  const note = Object.assign(document.createElement("p"), { id, role: "alert" });
  note.textContent = navigator.language.startsWith("zh")
    ? "模拟器已重新启动。请扫描终端里新的二维码，或打开终端里的新地址。"
    : "The simulator was started again. Scan the new QR code in its terminal, or open the new address there.";
  note.style.cssText =
    "position:fixed;inset:0 0 auto;z-index:100;margin:0;padding:12px 16px;background:#fff3d6;color:#3a2c00;font:15px/1.4 system-ui,sans-serif";
  document.body.append(note);
}

function current(): string {
  secret ??= secretIn(document);
  return secret;
}

function secretIn(page: Document): string {
  return page.querySelector<HTMLMetaElement>(`meta[name="${NAME}"]`)?.content ?? "";
}
