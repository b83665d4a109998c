import { View } from "@tarojs/components";
import { useEffect, useState } from "react";

import { enter } from "../../call.js";

export default function Call() {
  const [{ me, users }, show] = useState({ me: "", users: [] });
  useEffect(() => void enter(show), []);
  return (
    <View>
      {users.map((id) => (
        <rtc-room key={id} user-id={id} mode={id === me ? "camera" : "video"} style={{ width: "320px" }} />
      ))}
    </View>
  );
}
