import { Alert, Text } from "@mantine/core";
import { useHub, usePage } from "../hub-context.js";
import { ErrorAlert } from "../elements/error-alert.js";

/** Says plainly when the page cannot reach the hub; what was known stays in view below. */
export function ConnectionBanner() {
  const { texts, store } = useHub();
  const { link, refusal, complaint } = usePage();
  return (
    <>
      <ErrorAlert error={refusal} />
      <ErrorAlert error={complaint} onDismiss={() => store.apply({ kind: "complaint_read" })} />
      <div aria-live="assertive">
        {link === "lost" && (
          <Alert color="orange" variant="light" title={texts.app.lostTitle}>
            <Text size="sm">{texts.app.lost}</Text>
          </Alert>
        )}
      </div>
      {link === "connecting" && refusal === null && (
        <Text role="status" py="xl" ta="center">
          {texts.app.connecting}
        </Text>
      )}
    </>
  );
}
