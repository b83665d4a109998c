/** The phone as a thing in the hand: clipboard, vibration, screen, calls, scanner, network. */
import { watchKeyboard } from "../../components/support/keyboard";
import type { Api } from "../api";
import { badParameter, cancelled } from "../../failure";
import { ask, notice, say } from "../../ui";

export function device(api: Api): void {
  const { phone } = api;

  // The clipboard is the phone's own: phones beside each other have one each, and no permission of the
  // browser's is needed to read it. What a page copies is put into the browser's as well if it lets us.
  let clipboard = "";
  api.async<{ data: string }>("setClipboardData", { data: "string" }, "", ({ data }) => {
    clipboard = data;
    void navigator.clipboard?.writeText(data).catch(() => {});
  });
  api.async("getClipboardData", {}, "data", () => ({ data: clipboard }));

  const vibrate = (milliseconds: number): void => {
    navigator.vibrate?.(milliseconds);
    // On a desk nothing trembles, so the screen does.
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const shift = [0, 2, -2, 2, -2, 0].map((x) => ({ translate: `${x}px 0` }));
    phone.screen.animate(shift, { duration: Math.max(100, milliseconds) });
  };
  api.async("vibrateLong", {}, "", () => vibrate(400));
  api.async("vibrateShort", { type: "string?" }, "", () =>
    vibrate(phone.settings.device.platform === "ios" ? 15 : 30),
  );

  let brightness = 1;
  api.async<{ value: number }>("setScreenBrightness", { value: "number" }, "", ({ value }) => {
    if (!(value >= 0 && value <= 1)) throw badParameter(`params.value should be 0 to 1, but got ${value}`);
    brightness = value;
    // Never so dark that one could not find back.
    phone.screen.style.filter = value === 1 ? "" : `brightness(${0.25 + 0.75 * value})`;
  });
  api.async("getScreenBrightness", {}, "value", () => ({ value: brightness }));
  let lock: Promise<WakeLockSentinel> | undefined;
  api.async<{ keepScreenOn: boolean }>(
    "setKeepScreenOn",
    { keepScreenOn: "boolean" },
    "",
    ({ keepScreenOn }) => {
      void lock?.then((held) => held.release()).catch(() => {});
      lock = keepScreenOn ? navigator.wakeLock?.request("screen") : undefined;
      // A browser that refuses lets the screen go dark; nothing in the page depends on it.
      lock?.catch(() => {});
    },
  );
  const captured = api.event("UserCaptureScreen", "", undefined, { single: true });
  phone.on("captureScreen", () => captured.emit());
  // A browser cannot be kept from recording, and does not tell that it is recorded.
  api.async("disableUserScreenRecord", {}, "", () => {});
  api.async("enableUserScreenRecord", {}, "", () => {});
  api.event("UserScreenRecord", "state");

  api.async<{ phoneNumber: string }>(
    "makePhoneCall",
    { phoneNumber: "string" },
    "",
    async ({ phoneNumber }) => {
      if (!phoneNumber) throw badParameter("params.phoneNumber should not be empty");
      const confirmText = say(phone, "Call", "呼叫");
      if (!(await ask(phone, { title: phoneNumber, confirmText }))) throw cancelled();
    },
  );
  api.async(
    "scanCode",
    { onlyFromCamera: "boolean?", barCodeType: "any?" },
    "result scanType charSet path",
    async () => {
      const label = say(phone, "What the code says", "二维码内容");
      const answer = await ask(phone, { title: say(phone, "Scan", "扫一扫"), fields: { [label]: "" } });
      if (!answer) throw cancelled();
      return { result: answer[0], scanType: "QR_CODE", charSet: "utf-8", path: "" };
    },
  );
  api.async("hideKeyboard", {}, "", () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });

  const network = () => {
    const networkType = phone.settings.network.type;
    return { networkType, isConnected: networkType !== "none" };
  };
  api.async("getNetworkType", {}, "networkType", () => ({ networkType: network().networkType }));
  const changed = api.event("NetworkStatusChange", "networkType isConnected");
  let last = network().networkType;
  phone.on("settings", () => {
    if (network().networkType === last) return;
    last = network().networkType;
    changed.emit(network());
  });

  const wifi = { SSID: "tt-rtc", BSSID: "02:00:00:00:00:01", secure: true, signalStrength: 90 };
  const listed = api.event("GetWifiList");
  api.async("getConnectedWifi", {}, "SSID BSSID secure signalStrength", () => {
    if (network().networkType !== "wifi") throw new Error("the phone is in no wifi");
    return wifi;
  });
  api.async("getWifiList", {}, "", () => void setTimeout(() => listed.emit({ wifiList: [wifi] })));

  keyboard(api);
  calendar(api);
  api.async<{ phoneNumber?: string; content?: string }>(
    "sendSms",
    { phoneNumber: "string?", content: "string?" },
    "",
    async ({ phoneNumber = "", content = "" }) => {
      const title = say(phone, "A message is written here", "此处编辑短信");
      if (!(await notice(phone, title, `${phoneNumber}\n${content}`.trim(), true))) throw cancelled();
    },
  );
  api.async<{ length: number }>("getRandomValues", { length: "number" }, "randomValues", ({ length }) => {
    if (!(length > 0 && length <= 65_536))
      throw badParameter(`params.length should be 1 to 65536, but got ${length}`);
    return { randomValues: crypto.getRandomValues(new Uint8Array(length)).buffer };
  });
  api.async<Contact>(
    "addPhoneContact",
    { firstName: "string", lastName: "string?", mobilePhoneNumber: "string?" },
    "",
    async ({ firstName, lastName = "", mobilePhoneNumber = "" }) => {
      if (
        !(await notice(
          phone,
          say(phone, "Add to contacts?", "添加到通讯录？"),
          `${firstName} ${lastName}\n${mobilePhoneNumber}`,
          true,
        ))
      )
        throw cancelled();
    },
  );
  api.async<{ title: string; startTime: number }>(
    "addPhoneCalendar",
    { title: "string", startTime: "number", endTime: "any?", description: "string?", location: "string?" },
    "",
    async ({ title, startTime }) => {
      const when = new Date(startTime * 1000).toLocaleString();
      if (
        !(await notice(phone, say(phone, "Add to the calendar?", "添加到日历？"), `${title}\n${when}`, true))
      )
        throw cancelled();
    },
  );
}

interface Contact {
  firstName: string;
  lastName?: string;
  mobilePhoneNumber?: string;
}

function keyboard(api: Api): void {
  const listeners = api.event("KeyboardHeightChange", "height");
  watchKeyboard((height) => listeners.emit({ height }));
}

interface CalendarEvent {
  title: string;
  startTime: number;
  endTime?: number;
}

/** The phone's calendar: a list that is kept, and of which a dialogue asks. */
function calendar(api: Api): void {
  const { phone } = api;
  const params = { title: "string", startTime: "string|number", endTime: "string|number?" } as const;
  const events = () => (phone.store.state.get("calendar") ?? []) as CalendarEvent[];
  const same = (a: CalendarEvent) => (b: CalendarEvent) =>
    a.title === b.title && Number(a.startTime) === Number(b.startTime);
  const found = (event: CalendarEvent): CalendarEvent => {
    const known = events().find(same(event));
    if (!known) throw new Error("there is no such event");
    return known;
  };
  api.async<CalendarEvent>(
    "addCalendarEvent",
    { ...params, description: "string?", location: "string?", alarm: "any?", alarmOffset: "any?" },
    "",
    async ({ title, startTime, endTime = startTime }) => {
      const when = new Date(Number(startTime) * 1000).toLocaleString();
      if (
        !(await notice(phone, say(phone, "Add to the calendar?", "添加到日历？"), `${title}\n${when}`, true))
      )
        throw cancelled();
      phone.store.state.set("calendar", [...events(), { title, startTime, endTime }]);
    },
  );
  api.async<CalendarEvent>("checkCalendarEvent", params, "", (event) => void found(event));
  api.async<CalendarEvent>("deleteCalendarEvent", params, "", (event) => {
    const gone = found(event);
    phone.store.state.set(
      "calendar",
      events().filter((each) => !same(gone)(each)),
    );
  });
}
