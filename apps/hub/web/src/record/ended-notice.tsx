import { Alert } from "@mantine/core";
import { useHub } from "../hub-context.js";
import { routeHash } from "../route.js";

/** A session that this page has just ended. */
export interface EndedSession {
  readonly id: string;
  readonly name: string;
  /** How many files it was closed without. */
  readonly without: number;
}

/** Says that the data are safe, and leads to what is usually done next. */
export function EndedNotice({ ended, onDismiss }: { readonly ended: EndedSession; readonly onDismiss: () => void }) {
  const { record, errors } = useHub().texts;
  const { id, name, without } = ended;
  return (
    <Alert
      color="teal"
      variant="light"
      role="status"
      title={`✓ ${without === 0 ? record.ended(name) : record.endedWithout(name, without)}`}
      withCloseButton
      closeButtonLabel={errors.dismiss}
      onClose={onDismiss}
    >
      <a href={routeHash({ view: "sessions", session: id })}>{record.endedNext}</a>
    </Alert>
  );
}
