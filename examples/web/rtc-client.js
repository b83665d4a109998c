// The context's methods as promises, so that a page can await them: the wrappers of the
// platform's guide, over the global app.

const DeviceOpen = 1;
const DeviceClose = 0;

const call = (method, options) =>
  new Promise((resolve, reject) => {
    app.RtcClient[method]({
      ...options,
      success() {
        resolve();
      },
      fail(err) {
        reject(err);
      },
    });
  });

export const startAudioCapture = () => call("changeAudioCapture", { state: DeviceOpen });
export const stopAudioCapture = () => call("changeAudioCapture", { state: DeviceClose });

export const startVideoCapture = () => call("changeVideoCapture", { state: DeviceOpen });
export const stopVideoCapture = () => call("changeVideoCapture", { state: DeviceClose });

export const publishStream = (streamType) =>
  call("changeStreamPublishState", { state: DeviceOpen, streamType });
export const unPublishStream = (streamType) =>
  call("changeStreamPublishState", { state: DeviceClose, streamType });

export const joinRoom = (config) => call("joinRtcRoom", config);
export const leaveRoom = (roomId) => call("exitRtcRoom", { roomId });

export const switchCamera = (camera) => call("switchCamera", { camera });
export const setSound = (device) => call("setAudioPlaybackDevice", { device });

/** Only with a context of createWebRoomContext. */
export const startScreenCapture = () => call("changeScreenCapture", { state: DeviceOpen });
export const stopScreenCapture = () => call("changeScreenCapture", { state: DeviceClose });
