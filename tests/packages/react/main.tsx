import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

import { enter } from "../web/call.js";

let entered = false;

function Call() {
  const [{ me, users }, show] = useState({ me: "", users: [] as string[] });
  useEffect(() => {
    // StrictMode runs effects twice.
    if (!entered) void enter(show);
    entered = true;
  }, []);
  return users.map((id) => <rtc-room key={id} user-id={id} mode={id === me ? "camera" : "video"} className="tile" />);
}

createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <Call />
  </StrictMode>,
);

// @ts-expect-error: there is no such mode
export const wrong = <rtc-room mode="camara" />;
