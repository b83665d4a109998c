import { render } from "preact";
import { useEffect, useState } from "preact/hooks";

import { enter } from "../web/call.js";

function Call() {
  const [{ me, users }, show] = useState({ me: "", users: [] as string[] });
  useEffect(() => void enter(show), []);
  return (
    <>
      {users.map((id) => (
        <rtc-room key={id} user-id={id} mode={id === me ? "camera" : "video"} class="tile" />
      ))}
    </>
  );
}

render(<Call />, document.getElementById("app")!);

// @ts-expect-error: there is no such mode
export const wrong = <rtc-room mode="camara" />;
