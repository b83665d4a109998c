Page({
  data: {
    groups: [
      {
        title: "View containers · 视图容器",
        pages: [
          "view", "scroll-view", "swiper", "movable-view", "cover-view",
        ],
      },
      { title: "Content · 基础内容", pages: ["text", "rich-text", "icon", "progress"] },
      {
        title: "Forms · 表单",
        pages: [
          "button", "checkbox", "form", "input", "label", "picker",
          "picker-view", "radio", "slider", "switch", "textarea",
        ],
      },
      { title: "Navigation · 导航", pages: ["navigator"] },
      {
        title: "Media · 媒体",
        pages: [
          "image", "video", "live-player", "camera", "rtc-room", "canvas",
          "map",
        ],
      },
      { title: "Open capabilities · 开放能力", pages: ["web-view", "open-data", "platform"] },
      {
        title: "Functions of tt · 接口",
        pages: [
          "api-interface", "api-navigation", "api-storage", "api-network", "api-account",
          "api-device", "api-media", "api-canvas", "api-files",
        ],
      },
    ],
  },
});
