"use client";

import { useEffect, useState } from "react";

import { enter } from "../../web/call.js";

export default function Call() {
  const [{ me, users }, show] = useState({ me: "", users: [] as string[] });
  useEffect(() => void enter(show), []);
  return users.map((id) => (
    <rtc-room key={id} user-id={id} mode={id === me ? "camera" : "video"} style={{ width: 320 }} />
  ));
}
