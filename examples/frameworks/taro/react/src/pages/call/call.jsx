import { Button, RtcRoom, Text, View } from "@tarojs/components";
import { useLoad, useUnload } from "@tarojs/taro";
import { useRef, useState } from "react";
import "./call.css";

const call = (rtc, method, options) => new Promise((success, fail) => rtc[method]({ ...options, success, fail }));

export default function Call() {
  const [me] = useState(() => `user${Math.floor(Math.random() * 1e6)}`);
  const [joined, setJoined] = useState(false);
  const [failure, setFailure] = useState("");
  const [users, setUsers] = useState([]);
  const rtc = useRef();
  useLoad(() => {
    rtc.current = tt.createRtcRoomContext({ appId: "testappid" });
    rtc.current.onRtcVideoMembersChanged(({ userIdList }) => setUsers(userIdList));
  });
  useUnload(() => rtc.current.exitRtcRoom({ roomId: "frameworks" }));
  const join = async () => {
    try {
      await call(rtc.current, "changeVideoCapture", { state: 1 });
      await call(rtc.current, "changeAudioCapture", { state: 1 });
      await call(rtc.current, "joinRtcRoom", { roomId: "frameworks", userId: me, token: "TOKEN" });
      setJoined(true);
    } catch (error) {
      setFailure(error.errMsg);
    }
  };
  const leave = async () => {
    await call(rtc.current, "exitRtcRoom", { roomId: "frameworks" });
    setJoined(false);
  };
  return (
    <View>
      <View className="para">I am {me}</View>
      {joined ? <Button onClick={leave}>Leave</Button> : <Button onClick={join}>Join</Button>}
      <View className="para">{failure}</View>
      <View className="tiles">
        {users.map((user) => (
          <View key={user} className="tile">
            <RtcRoom className="video" userId={user} mode="camera" />
            <Text>{user === me ? "me" : user}</Text>
          </View>
        ))}
      </View>
    </View>
  );
}
