export interface Member {
  readonly userId: string;
  muted: boolean;
}
export enum State {
  Idle,
  Joining,
  In,
  Left = 9,
}
export type Handler<T> = (event: { detail: T; currentTarget: { dataset: Record<string, string> } }) => void;
