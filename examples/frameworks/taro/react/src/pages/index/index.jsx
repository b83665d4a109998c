import { Button, Form, Input, Navigator, Switch, Text, View } from "@tarojs/components";
import { useLoad } from "@tarojs/taro";
import { useState } from "react";
import { FruitRow } from "../../components/fruit-row";
import { MeasuredBox } from "../../components/measured-box";

const FRUITS = [
  { id: 1, name: "Apple", note: "sweet" },
  { id: 2, name: "Pear", price: 3 },
  { id: 3, name: "Quince" },
];

export default function Index() {
  const [fruits, setFruits] = useState(FRUITS);
  const [picked, setPicked] = useState("nothing");
  const [name, setName] = useState("");
  const [sent, setSent] = useState("");
  useLoad((query) => console.log("loaded", JSON.stringify(query)));
  const add = () => setFruits([...fruits, { id: fruits.length + 1, name: "Medlar", note: "new" }]);
  return (
    <View>
      {fruits.map((fruit) => (
        <FruitRow
          key={fruit.id}
          name={fruit.name}
          price={fruit.price && <Text>price {fruit.price}</Text>}
          onPick={setPicked}
        >
          {fruit.note && <Text>{fruit.note}</Text>}
        </FruitRow>
      ))}
      <View className="para">Picked: {picked}</View>
      <Button size="mini" onClick={add}>Add</Button>
      <Form onSubmit={({ detail }) => setSent(JSON.stringify(detail.value))}>
        <Input
          name="name"
          ariaLabel="Name"
          placeholder="Name"
          value={name}
          onInput={({ detail }) => setName(detail.value)}
        />
        <Switch name="fresh" checked />
        <Button formType="submit">Send</Button>
      </Form>
      <View className="para">Name: {name}</View>
      <View className="para">Sent: {sent}</View>
      <MeasuredBox />
      <Navigator className="para" url="/pages/parts/parts?from=list">Parts</Navigator>
      <Navigator className="para" url="/pages/call/call">Call</Navigator>
    </View>
  );
}
