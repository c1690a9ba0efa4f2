import type { DeviceView, VideoView } from "@polychron/protocol";
import { countText } from "../format.js";
import { useHub, usePage } from "../hub-context.js";
import { restartsOf } from "./camera-view.js";

interface Props {
  readonly device: DeviceView;
  readonly video: VideoView;
}

/** What a camera delivers, and what went wrong with it: frames dropped or doubled, its encoder restarted. */
export function CameraFacts({ device, video }: Props) {
  const { texts } = useHub();
  const { log } = usePage();
  const restarts = log !== null && log.session === device.session ? restartsOf(log.events, device.id) : 0;
  return (
    <ul className="fact-line" aria-label={texts.cameras.facts}>
      <li>{texts.cameras.format(video.width, video.height, video.codec)}</li>
      <li className={video.dropped > 0 ? "attention" : undefined}>
        {video.dropped > 0 ? "⚠ " : ""}
        {texts.cameras.dropped(video.dropped, countText(video.dropped))}
      </li>
      <li>{texts.cameras.duplicated(countText(video.duplicated))}</li>
      {restarts > 0 && <li className="attention">⚠ {texts.cameras.restarted(restarts)}</li>}
    </ul>
  );
}
