/** What the phone itself says, in its user's language. */
import type { PhoneSettings } from "../../shared/bridge";

const EN = {
  back: "Back",
  home: "Home",
  more: "More",
  close: "Close",
  share: "Share",
  restart: "Restart",
  cancel: "Cancel",
  allow: "Allow",
  refuse: "Don't allow",
  dismiss: "Dismiss",
  background: "In the background. Tap to return.",
  asks: "This mini-program asks for",
  "scope.camera": "your camera",
  "scope.record": "your microphone",
  "scope.userLocation": "your location",
  "scope.userInfo": "your profile",
  "scope.address": "your address",
  "scope.album": "your photos",
  "scope.calendar": "your calendar",
  "scope.screenRecord": "recording your screen",
};
const ZH: typeof EN = {
  back: "返回",
  home: "主页",
  more: "更多",
  close: "关闭",
  share: "分享",
  restart: "重新进入小程序",
  cancel: "取消",
  allow: "允许",
  refuse: "拒绝",
  dismiss: "关闭提示",
  background: "小程序在后台，点击返回",
  asks: "小程序申请使用",
  "scope.camera": "你的摄像头",
  "scope.record": "你的麦克风",
  "scope.userLocation": "你的位置信息",
  "scope.userInfo": "你的昵称和头像",
  "scope.address": "你的收货地址",
  "scope.album": "你的相册",
  "scope.calendar": "你的日历",
  "scope.screenRecord": "录屏",
};

export type TextKey = keyof typeof EN;

export function text(language: PhoneSettings["language"], key: TextKey): string {
  return (language === "zh_CN" ? ZH : EN)[key];
}

export function isTextKey(key: string): key is TextKey {
  return key in EN;
}
