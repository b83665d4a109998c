import { ID, config } from '../../utils/config';
import { createContext, promisify, type RtcContext, type RtcFailure } from '../../utils/rtc';

interface User {
  userId: string;
  mode: 'camera' | 'video' | 'screen';
  hasPicture: boolean;
}

declare function Page(options: object & ThisType<any>): void;

let rtc: RtcContext;

Page({
  data: {
    roomId: 'quickstart',
    userId: `user${Math.floor(Math.random() * 10_000)}`,
    joined: false,
    failure: '',
    picked: '',
    members: [] as string[],
    video: [] as string[],
    screens: [] as string[],
    users: [] as User[],
  },

  onLoad(query: { roomId?: string; userId?: string }) {
    const { roomId = this.data.roomId, userId = this.data.userId } = query;
    this.setData({ roomId, userId });
    rtc = createContext(config.appId);
    rtc.onRtcChatMembersChanged(this.onMembers);
    rtc.onRtcVideoMembersChanged(this.onVideo);
    rtc.onRtcPublishScreenMembersChanged(this.onScreens);
  },

  onUnload() {
    rtc.offRtcChatMembersChanged(this.onMembers);
    rtc.offRtcVideoMembersChanged(this.onVideo);
    rtc.offRtcPublishScreenMembersChanged(this.onScreens);
    rtc.exitRtcRoom({ roomId: this.data.roomId });
  },

  onInput({ currentTarget, detail }: { currentTarget: { dataset: { field: string } }; detail: { value: string } }) {
    this.setData({ [currentTarget.dataset.field]: detail.value });
  },

  async onJoin() {
    const { roomId, userId } = this.data;
    if (!ID.test(roomId) || !ID.test(userId)) {
      this.setData({ failure: 'Letters, digits and @ . _ - only, please.' });
      return;
    }
    try {
      await promisify(rtc.changeVideoCapture)({ state: 1 });
      await promisify(rtc.changeAudioCapture)({ state: 1 });
      await promisify(rtc.joinRtcRoom)({ roomId, userId, token: config.token });
      this.setData({ joined: true, failure: '' });
    } catch (error) {
      this.setData({ failure: (error as RtcFailure).errMsg });
    }
  },

  async onLeave() {
    await promisify(rtc.exitRtcRoom)({ roomId: this.data.roomId });
    await promisify(rtc.changeVideoCapture)({ state: 0 });
    await promisify(rtc.changeAudioCapture)({ state: 0 });
    this.setData({ joined: false, picked: '' });
  },

  onPick({ detail }: { detail: { userId: string } }) {
    this.setData({ picked: detail.userId });
  },

  onMembers({ userIdList }: { userIdList: string[] }) {
    this.setData({ members: userIdList }, this.arrange);
  },

  onVideo({ userIdList }: { userIdList: string[] }) {
    this.setData({ video: userIdList }, this.arrange);
  },

  onScreens({ userIdList }: { userIdList: string[] }) {
    this.setData({ screens: userIdList }, this.arrange);
  },

  arrange() {
    const { members, video, screens, userId } = this.data;
    const users: User[] = [
      ...screens.map((id: string) => ({ userId: id, mode: 'screen' as const, hasPicture: true })),
      ...members.map((id: string) => ({
        userId: id,
        mode: id === userId ? ('camera' as const) : ('video' as const),
        hasPicture: video.includes(id),
      })),
    ];
    this.setData({ users });
  },
});
