/**
 * The domain check. A phone sends requests only with TLS, to hosts that the platform's console lists.
 * `urlCheck` of `project.config.json` turns the check on here; without it, a phone is said to refuse
 * what it would, once for each origin.
 */
import type { Phone } from "./phone";

const warned = new Set<string>();

/** Whether an address is of the development server: of this phone, or at another name or address of the machine. */
export function isOfServer({ protocol, host, hostname, port }: URL): boolean {
  if (host === location.host) return true;
  return (
    protocol === location.protocol &&
    port === location.port &&
    /^(.+\.)?localhost$|^127\.|^\[::1\]$/.test(hostname)
  );
}

/** Whether `url`, an absolute address, is refused to `what`, a function or a component. */
export function isRefused(phone: Phone, what: string, url: string): boolean {
  const { protocol, host, hostname, port, origin } = new URL(url);
  // The project's own files.
  if (host === location.host) return false;
  const { urlCheck, domains } = phone.manifest;
  const secure = protocol.startsWith("ws") ? "wss" : "https";
  const isListed = domains.includes(host) || (domains.includes(hostname) && port === "");
  const why: string[] = [];
  if (protocol !== `${secure}:`) why.push(`it is not ${secure}`);
  if (/^[\d.]+$|^\[/.test(hostname)) why.push("it is an IP address");
  else if (/(^|\.)localhost$/.test(hostname)) why.push("it is this machine");
  else if (domains.length > 0 && !isListed) why.push("it is not a listed domain");
  if (urlCheck) return why.length > 0;
  if (port !== "" && !isListed) why.push(`the port ${port} is not a listed one`);
  if (why.length > 0 && !warned.has(origin)) {
    warned.add(origin);
    phone.warn(
      `${what}: a phone refuses ${origin}: ${why.join(", ")}. It works here because urlCheck is off.`,
    );
  }
  return false;
}
