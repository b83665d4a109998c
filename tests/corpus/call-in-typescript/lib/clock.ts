export class Clock {
  private seconds = 0;
  static readonly WIDTH = 2;
  constructor(private readonly label: string) {}
  tick(by = 1): this {
    this.seconds += by;
    return this;
  }
  get text(): string {
    const two = (value: number): string => String(value).padStart(Clock.WIDTH, "0");
    return `${this.label} ${two(Math.floor(this.seconds / 60))}:${two(this.seconds % 60)}`;
  }
}
export default function label(state: number, names: readonly string[] = ["空闲", "加入中", "通话中"]): string {
  return names[state] ?? "已离开";
}
