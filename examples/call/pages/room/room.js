// The call.
const RtcClient = require('../../utils/rtc-client');
const { fetchToken } = require('../../utils/token');
const { clock } = require('../../utils/clock');

const app = getApp();

Page({
  data: {
    micOn: true,
    cameraOn: true,
    sound: 'speakerphone',
    camera: 'front',
    userId: '',
    roomId: '',
    token: '',
    inRoom: false,
    time: '00:00',
    /** The lists of the room, as the events tell them. */
    members: [],
    videoUsers: [],
    speakers: [],
    screenUsers: [],
    /** What is shown of them. */
    tiles: [],
  },

  onLoad(options) {
    app.RtcClient.onRtcVideoMembersChanged(this.onVideoMembersChanged);
    app.RtcClient.onRtcChatMembersChanged(this.onRoomMembersChanged);
    app.RtcClient.onRtcChatSpeakersChanged(this.onSpeakersChanged);
    app.RtcClient.onRtcPublishScreenMembersChanged(this.onScreenUsersChanged);
    app.RtcClient.onRtcStateChanged(this.onStateChanged);
    app.RtcClient.onRtcChatInterrupted(this.onInterrupted);
    app.RtcClient.onRoomTokenWillExpire(this.onTokenWillExpire);
    this.handleJoin(options);
  },

  onUnload() {
    app.RtcClient.offRtcVideoMembersChanged(this.onVideoMembersChanged);
    app.RtcClient.offRtcChatMembersChanged(this.onRoomMembersChanged);
    app.RtcClient.offRtcChatSpeakersChanged(this.onSpeakersChanged);
    app.RtcClient.offRtcPublishScreenMembersChanged(this.onScreenUsersChanged);
    app.RtcClient.offRtcStateChanged(this.onStateChanged);
    app.RtcClient.offRtcChatInterrupted(this.onInterrupted);
    app.RtcClient.offRoomTokenWillExpire(this.onTokenWillExpire);
    clearInterval(this.timer);
    RtcClient.stopAudioCapture().catch(console.error);
    RtcClient.leaveRoom(this.data.roomId).catch(console.error);
  },

  // 进房逻辑
  async handleJoin(options) {
    // 按权限状态和用户操作，采集/推送视频流
    if (app.cameraOn) {
      await RtcClient.startVideoCapture().catch((err) => {
        console.error('startVideoCapture', err);
        app.cameraOn = false;
        tt.showToast({ title: '请打开相机权限！', icon: 'fail' });
      });
    } else {
      await RtcClient.stopVideoCapture();
    }
    // 按权限状态和用户操作，采集/推送音频流
    if (app.micOn) {
      await RtcClient.startAudioCapture().catch((err) => {
        console.error('startAudioCapture', err);
        app.micOn = false;
        tt.showToast({ title: '请打开麦克风权限！', icon: 'fail' });
      });

      await RtcClient.publishStream('audio');
    } else {
      await RtcClient.stopAudioCapture();
      await RtcClient.unPublishStream('audio');
    }

    this.setData(
      {
        micOn: app.micOn,
        cameraOn: app.cameraOn,
        sound: app.sound,
        userId: options.userId,
        roomId: options.roomId,
        token: decodeURIComponent(options.token),
      },
      () => {
        this.joinRtcRoom();
      }
    );
  },

  async joinRtcRoom() {
    try {
      await RtcClient.joinRoom({
        roomId: `call_${this.data.roomId}`,
        token: this.data.token,
        userId: this.data.userId,
      });
      this.setData({ inRoom: true });
      app.duration = 0;
      this.timer = setInterval(() => {
        app.duration += 1;
        this.setData({ time: clock(app.duration) });
      }, 1000);
      tt.showToast({ title: '进房成功' });
    } catch (err) {
      console.log(' joinRtcRoom fail ', err);
      tt.showToast({ title: '进房失败', icon: 'fail' });
    }
  },

  // ---- what happens in the room ----

  onRoomMembersChanged({ userIdList }) {
    this.show({ members: userIdList });
  },
  onVideoMembersChanged({ userIdList }) {
    this.show({ videoUsers: userIdList });
  },
  onSpeakersChanged({ userIdList }) {
    this.show({ speakers: userIdList });
  },
  onScreenUsersChanged({ userIdList }) {
    this.show({ screenUsers: userIdList });
  },

  onStateChanged({ errNo }) {
    if (errNo === 21105) tt.showToast({ title: '摄像头断开了', icon: 'fail' });
    if (errNo === 21106) tt.showToast({ title: '麦克风断开了', icon: 'fail' });
  },

  onInterrupted({ errNo, errMsg }) {
    console.error('interrupted', errNo, errMsg);
    tt.showToast({ title: '通话已结束', icon: 'fail' });
    tt.navigateBack();
  },

  async onTokenWillExpire() {
    const { roomId, userId } = this.data;
    try {
      await RtcClient.updateToken(await fetchToken(`call_${roomId}`, userId));
    } catch (err) {
      console.error('updateToken', err);
    }
  },

  onRoomError({ detail }) {
    console.error('rtc-room', detail.errNo, detail.errMsg);
  },

  /** Takes a list and shows the room as it is then: screens first, each member once. */
  show(lists) {
    const { userId, members, videoUsers, speakers, screenUsers } = { ...this.data, ...lists };
    const tile = (user, mode, picture) => ({
      key: `${mode}-${user}`,
      userId: user,
      mode,
      picture,
      initial: user.slice(0, 1).toUpperCase(),
      label: (user === userId ? `${user}（我）` : user) + (mode === 'screen' ? ' 的屏幕' : ''),
      mic: speakers.includes(user),
    });
    const screens = screenUsers.map((user) => tile(user, 'screen', true));
    const people = members.map((user) =>
      tile(user, user === userId ? 'camera' : 'video', videoUsers.includes(user))
    );
    this.setData({ ...lists, tiles: [...screens, ...people] });
  },

  // ---- what the user does ----

  async onMic() {
    const micOn = !this.data.micOn;
    try {
      if (micOn) {
        await RtcClient.startAudioCapture();
        await RtcClient.publishStream('audio');
      } else {
        await RtcClient.unPublishStream('audio');
        await RtcClient.stopAudioCapture();
      }
      app.micOn = micOn;
      this.setData({ micOn });
    } catch (err) {
      this.onDeviceError('请打开麦克风权限！', err);
    }
  },

  async onCamera() {
    const cameraOn = !this.data.cameraOn;
    try {
      await (cameraOn ? RtcClient.startVideoCapture() : RtcClient.stopVideoCapture());
      app.cameraOn = cameraOn;
      this.setData({ cameraOn });
    } catch (err) {
      this.onDeviceError('请打开相机权限！', err);
    }
  },

  async onSwitch() {
    const camera = this.data.camera === 'front' ? 'back' : 'front';
    try {
      await RtcClient.switchCamera(camera);
      this.setData({ camera });
    } catch (err) {
      this.onDeviceError('不能翻转摄像头', err);
    }
  },

  async onSound() {
    const sound = this.data.sound === 'speakerphone' ? 'earpiece' : 'speakerphone';
    try {
      await RtcClient.setSound(sound);
      app.sound = sound;
      this.setData({ sound });
    } catch (err) {
      this.onDeviceError('不能切换声音', err);
    }
  },

  onDeviceError(title, err) {
    console.error(err);
    tt.showToast({ title: err.errNo === 10200 ? title : '设备不可用', icon: 'fail' });
  },

  onLeave() {
    tt.navigateBack();
  },
});
