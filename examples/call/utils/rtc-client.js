// The methods of the RTC context as promises, so that a page can await them.
const app = getApp();

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

const startAudioCapture = () => call('changeAudioCapture', { state: DeviceOpen });
const stopAudioCapture = () => call('changeAudioCapture', { state: DeviceClose });

const startVideoCapture = () => call('changeVideoCapture', { state: DeviceOpen });
const stopVideoCapture = () => call('changeVideoCapture', { state: DeviceClose });

const publishStream = (streamType) =>
  call('changeStreamPublishState', { state: DeviceOpen, streamType });
const unPublishStream = (streamType) =>
  call('changeStreamPublishState', { state: DeviceClose, streamType });

const joinRoom = (config) => call('joinRtcRoom', config);
const leaveRoom = (roomId) => call('exitRtcRoom', { roomId });

const switchCamera = (camera) => call('switchCamera', { camera });
const setSound = (device) => call('setAudioPlaybackDevice', { device });
const updateToken = (token) => call('updateToken', { token });

module.exports = {
  startAudioCapture,
  stopAudioCapture,
  startVideoCapture,
  stopVideoCapture,
  publishStream,
  unPublishStream,
  joinRoom,
  leaveRoom,
  switchCamera,
  setSound,
  updateToken,
};
