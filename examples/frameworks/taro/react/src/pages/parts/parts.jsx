import { Text, View } from "@tarojs/components";
import { useRouter } from "@tarojs/taro";
import { useState } from "react";
import {
  AtAccordion, AtAvatar, AtBadge, AtButton, AtCard, AtCheckbox, AtCountdown, AtDivider, AtFloatLayout, AtForm,
  AtGrid, AtIcon, AtInput, AtInputNumber, AtList, AtListItem, AtLoadMore, AtModal, AtNoticebar, AtPagination, AtProgress,
  AtRadio, AtRate, AtSearchBar, AtSegmentedControl, AtSteps, AtSwitch, AtTabs, AtTabsPane, AtTag, AtTextarea, AtTimeline, AtToast,
} from "taro-ui";

export default function Parts() {
  const { params } = useRouter();
  const [said, say] = useState("nothing");
  const [number, setNumber] = useState(4);
  const [segment, setSegment] = useState(0);
  const [tab, setTab] = useState(0);
  const [checked, setChecked] = useState(["one"]);
  const [choice, setChoice] = useState("a");
  const [open, setOpen] = useState(true);
  const [layout, setLayout] = useState(false);
  const [modal, setModal] = useState(false);
  const [toast, setToast] = useState(false);
  const [mail, setMail] = useState("");
  return (
    <View>
      <View className="para">From: {params.from}</View>
      <View className="para">Said: {said}</View>
      <AtBadge value={7}><AtButton size="small">Badged</AtButton></AtBadge>
      <AtTag type="primary" onClick={() => say("tag tapped")}>Tag</AtTag>
      <AtIcon value="clock" size="24" />
      <AtAvatar text="Ada" circle />
      <AtCard title="Card with a title" extra="extra of the card" note="note of the card">body of the card</AtCard>
      <AtList>
        <AtListItem title="Item with a note" note="note of the item" arrow="right" onClick={() => say("item tapped")} />
        <AtListItem title="Switched item" isSwitch switchIsCheck />
      </AtList>
      <AtAccordion title="Opened" open={open} onClick={setOpen}><View>inside of the accordion</View></AtAccordion>
      <AtGrid data={[{ value: "cell 1" }, { value: "cell 2" }, { value: "cell 3" }]} onClick={(_, index) => say(`grid ${index}`)} />
      <AtSteps items={[{ title: "First step" }, { title: "Second step" }]} current={1} onChange={() => {}} />
      <AtRate value={3} onChange={(value) => say(`rate ${value}`)} />
      <AtInputNumber type="number" value={number} onChange={(value) => { setNumber(value); say(`number ${value}`); }} />
      <AtSearchBar value="" placeholder="Search" onChange={() => {}} />
      <AtSegmentedControl values={["One", "Two"]} current={segment} onClick={setSegment} />
      <View className="para">segment {segment}</View>
      <AtForm onSubmit={() => say(`valid ${mail}`)}>
        <AtInput name="mail" title="Mail" type="text" placeholder="Mail" value={mail} onChange={setMail} />
        <AtButton formType="submit">Validate</AtButton>
      </AtForm>
      <AtTextarea value="" onChange={() => {}} placeholder="Words" />
      <AtCheckbox options={[{ value: "one", label: "Check one" }, { value: "two", label: "Check two" }]} selectedList={checked} onChange={setChecked} />
      <AtRadio options={[{ label: "Radio a", value: "a" }, { label: "Radio b", value: "b" }]} value={choice} onClick={setChoice} />
      <AtSwitch title="A switch" checked />
      <AtTabs current={tab} tabList={[{ title: "Tab one" }, { title: "Tab two" }]} onClick={setTab}>
        <AtTabsPane current={tab} index={0}><Text>pane one</Text></AtTabsPane>
        <AtTabsPane current={tab} index={1}><Text>pane two</Text></AtTabsPane>
      </AtTabs>
      <AtProgress percent={40} />
      <AtNoticebar>A notice</AtNoticebar>
      <AtLoadMore status="noMore" noMoreText="No more data" />
      <AtDivider content="A divider" />
      <AtCountdown isCard hours={1} minutes={2} seconds={3} />
      <AtTimeline items={[{ title: "A timeline" }]} />
      <AtPagination total={30} pageSize={10} current={1} />
      <AtButton onClick={() => setLayout(true)}>Pop up</AtButton>
      <AtFloatLayout isOpened={layout} title="Layout" onClose={() => setLayout(false)}>inside of the popup</AtFloatLayout>
      <AtButton onClick={() => setModal(true)}>Ask</AtButton>
      <AtModal isOpened={modal} title="A question" confirmText="Yes" onConfirm={() => { setModal(false); say("confirmed"); }} content="content of the modal" />
      <AtButton onClick={() => setToast(true)}>Toast</AtButton>
      <AtToast isOpened={toast} text="a toast" onClose={() => setToast(false)} />
    </View>
  );
}
