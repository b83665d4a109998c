// Before the call: who am I, which room, with camera and microphone or without.
const RtcClient = require('../../utils/rtc-client');
const { fetchToken } = require('../../utils/token');
const { clock } = require('../../utils/clock');

const app = getApp();

/** What the platform takes for the id of a room or user. */
const ID = /^[a-zA-Z0-9@._-]{1,128}$/;

Page({
  data: {
    roomId: 'demo',
    userId: '',
    initial: '',
    micOn: true,
    cameraOn: true,
    /** Whether the camera runs for the preview. */
    previewing: false,
    joining: false,
    problem: '',
    lastCall: '',
  },

  onLoad(options) {
    this.setData({ roomId: options.roomId || 'demo' });
    if (options.userId) return this.setUser(options.userId);
    tt.getUserInfo({
      success: ({ userInfo }) => {
        const name = userInfo.nickName.toLowerCase().replace(/[^a-z0-9@._-]/g, '');
        this.setUser(name || `user${Date.now() % 10000}`);
      },
    });
  },

  async onShow() {
    const { micOn, cameraOn, duration } = app;
    this.setData({ micOn, cameraOn, joining: false, lastCall: duration ? clock(duration) : '' });
    if (cameraOn) await this.preview();
  },

  setUser(userId) {
    this.setData({ userId, initial: userId.slice(0, 1).toUpperCase() });
  },

  onRoomInput({ detail }) {
    this.setData({ roomId: detail.value });
  },

  onUserInput({ detail }) {
    this.setUser(detail.value);
  },

  onMicChange({ detail }) {
    app.micOn = detail.value;
    this.setData({ micOn: detail.value });
  },

  async onCameraChange({ detail }) {
    app.cameraOn = detail.value;
    this.setData({ cameraOn: detail.value });
    if (detail.value) {
      await this.preview();
    } else {
      this.setData({ previewing: false });
      await RtcClient.stopVideoCapture();
    }
  },

  async preview() {
    try {
      await RtcClient.startVideoCapture();
      this.setData({ previewing: true });
    } catch (err) {
      console.error('startVideoCapture', err);
      tt.showToast({ title: '请打开相机权限！', icon: 'fail' });
    }
  },

  async onJoin() {
    const { roomId, userId } = this.data;
    if (!ID.test(roomId) || !ID.test(userId)) {
      this.setData({ problem: '房间号和 ID 只能用字母、数字和 @ . _ -' });
      return;
    }
    this.setData({ joining: true, problem: '' });
    try {
      const token = await fetchToken(`call_${roomId}`, userId);
      tt.navigateTo({
        url: `/pages/room/room?roomId=${roomId}&userId=${userId}&token=${encodeURIComponent(token)}`,
      });
    } catch (err) {
      console.error('token', err);
      this.setData({ problem: `没有拿到 token：${err.errMsg}` });
    }
    this.setData({ joining: false });
  },
});
