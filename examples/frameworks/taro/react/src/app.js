import { useLaunch } from "@tarojs/taro";
import "taro-ui/dist/style/index.scss";
import "./app.css";

export default function App({ children }) {
  useLaunch(() => console.log("launched"));
  return children;
}
