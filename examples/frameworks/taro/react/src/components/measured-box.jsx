import { Button, View } from "@tarojs/components";
import Taro, { useReady } from "@tarojs/taro";
import { useState } from "react";

export function MeasuredBox() {
  const [measured, setMeasured] = useState("");
  const [seen, setSeen] = useState("");
  useReady(() => {
    const { page } = Taro.getCurrentInstance();
    Taro.createIntersectionObserver(page)
      .relativeToViewport()
      .observe("#box", ({ id }) => setSeen(`seen: ${id}`));
  });
  const measure = () => {
    Taro.createSelectorQuery()
      .select("#box")
      .boundingClientRect(({ width, height }) => setMeasured(`box ${width} x ${height}`))
      .exec();
  };
  return (
    <View>
      <View id="box" style={{ width: "120px", height: "40px", background: "#3b82f6" }} />
      <Button size="mini" onClick={measure}>Measure</Button>
      <View>{measured}</View>
      <View>{seen}</View>
    </View>
  );
}
