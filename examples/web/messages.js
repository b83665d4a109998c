// What an error means to somebody in a call. Numbers are the platform's up to 21xxx, those from
// 29000 on are the library's own.

const devices = { camera: "camera", microphone: "microphone", screen: "screen" };

/** Why a camera, microphone or screen could not be started, and what to do about it. */
export function deviceMessage(device, { errNo, errMsg } = {}) {
  const name = devices[device];
  switch (errNo) {
    case 10200:
      return device === "screen"
        ? "No screen was chosen."
        : `Please allow the ${name} in your browser. The call goes on without it.`;
    case 29001:
      return `No ${name} was found. The call goes on without it.`;
    case 29002:
      return `Another program is using the ${name}. Close it and try again.`;
    case 29003:
      return `The ${name} needs a secure page: open this one over https or on localhost.`;
    default:
      return `The ${name} could not be started${detail(errMsg)}.`;
  }
}

/** Why a room could not be joined. */
export function joinMessage({ errNo, errMsg } = {}) {
  switch (errNo) {
    case 20000:
      return `This room or name cannot be used${detail(errMsg)}.`;
    case 21100:
      return "You are in a call already.";
    case 21101:
      return "Your token is not valid for this room.";
    case 29008:
      return "The room is full.";
    case 29011:
      return "The server does not answer. Please try again.";
    default:
      return `The room could not be joined${detail(errMsg)}.`;
  }
}

/** What happened to a call in progress, by the `errNo` of a state event; `undefined`: nothing to say. */
export function stateMessage(errNo) {
  return {
    21105: "The camera was lost. It comes back when it is connected again.",
    21106: "The microphone was lost. It comes back when it is connected again.",
    21108: "Your token has expired.",
    [-1002]: "Your token does not allow you to send pictures or sound.",
    [-1080]: "Too many people in this room are sending already.",
  }[errNo];
}

/** Why a call was ended from outside, by the `errNo` of the interruption. */
export function interruptedMessage({ errNo, errMsg } = {}) {
  return (
    {
      [-1000]: "Your token is no longer valid.",
      [-1004]: "You joined from somewhere else, so this call was ended.",
      [-1006]: "You were removed from the call.",
      [-1009]: "Your token has expired.",
      [-1011]: "The room was closed.",
      [-1084]: "The server ended the call.",
    }[errNo] ?? `The call was ended${detail(errMsg)}.`
  );
}

/** The part of an errMsg that is not the name of the method. */
function detail(errMsg) {
  const text = errMsg?.replace(/^[\w.]+ ?:fail\s*/, "");
  return text ? ` (${text})` : "";
}
