import { createApp } from "vue";
import "@nutui/nutui-taro/dist/style.css";
import "./app.css";

export default createApp({
  onLaunch() {
    console.log("launched");
  },
});
