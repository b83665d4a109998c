import { Text, View } from "@tarojs/components";
import "./fruit-row.css";

export function FruitRow({ name, price = <Text>no price</Text>, children, onPick }) {
  return (
    <View className="row" onClick={() => onPick(name)}>
      <Text className="name">{name}</Text>
      <View className="note">{children || "nothing more"}</View>
      <View className="price">{price}</View>
    </View>
  );
}
