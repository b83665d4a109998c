/** Tells the desk how the connections to other users come about, are lost and come back. */
import type { PeerConnectionInfo } from "tt-rtc";
import type { Phone } from "../phone";

/** How often new connections are looked for, in milliseconds. */
const PERIOD = 500;

/** Watches what `connections` says until the answer is called. */
export function watchConnections(
  phone: Pick<Phone, "report">,
  connections: () => PeerConnectionInfo[],
): () => void {
  const users = new Map<RTCPeerConnection, string>();
  const states = new Map<string, string>();
  const tell = (user: string, state: string): void => {
    if (states.get(user) === state) return;
    if (state === "closed") states.delete(user);
    else states.set(user, state);
    phone.report({ kind: "connection", what: "peer", peer: user, state });
  };
  const look = (): void => {
    const now = new Map(connections().map(({ connection, userId }) => [connection, userId]));
    for (const [connection, user] of now) {
      if (users.has(connection)) continue;
      users.set(connection, user);
      connection.addEventListener("connectionstatechange", () => {
        // One that was replaced by another, or closed, has no more to say.
        if (users.has(connection) && connection.connectionState !== "closed")
          tell(user, connection.connectionState);
      });
      tell(user, connection.connectionState);
    }
    for (const connection of users.keys()) if (!now.has(connection)) users.delete(connection);
    const left = new Set(users.values());
    for (const user of [...states.keys()]) if (!left.has(user)) tell(user, "closed");
  };
  const timer = setInterval(look, PERIOD);
  return () => clearInterval(timer);
}
