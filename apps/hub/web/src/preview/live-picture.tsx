import { Modal, UnstyledButton } from "@mantine/core";
import type { DeviceView } from "@polychron/protocol";
import { useState, useSyncExternalStore } from "react";
import { useHubNow } from "../elements/use-hub-now.js";
import { useHub } from "../hub-context.js";
import { pictureNote } from "./picture-state.js";

interface Props {
  readonly device: DeviceView;
}

/** What a camera sees now, small; a press shows it large. */
export function LivePicture({ device }: Props) {
  const { texts } = useHub();
  const [isLarge, setLarge] = useState(false);
  return (
    <>
      <UnstyledButton
        className="preview"
        aria-label={texts.cameras.enlarge(device.label)}
        aria-haspopup="dialog"
        onClick={() => setLarge(true)}
      >
        <Picture device={device} />
      </UnstyledButton>
      <Modal
        opened={isLarge}
        onClose={() => setLarge(false)}
        title={device.label}
        size="xl"
        closeButtonProps={{ "aria-label": texts.phones.close }}
        centered
      >
        <Picture device={device} />
      </Modal>
    </>
  );
}

function Picture({ device }: Props) {
  const { previews, texts } = useHub();
  const feed = previews.feed(device.id);
  const shown = useSyncExternalStore(feed.subscribe, feed.get);
  const note = pictureNote(shown, useHubNow(1000), texts.cameras);
  const { width, height } = device.video ?? { width: 16, height: 9 };
  return (
    <span className="picture" style={{ aspectRatio: `${width} / ${height}` }}>
      {shown.url !== null && (
        <img
          src={shown.url}
          alt={texts.cameras.picture(device.label)}
          className={note === "" ? undefined : "old"}
          draggable={false}
        />
      )}
      {note !== "" && <span className="picture-note">{note}</span>}
    </span>
  );
}
