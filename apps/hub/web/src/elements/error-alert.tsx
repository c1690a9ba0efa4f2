import { Alert, Text } from "@mantine/core";
import type { ErrorReport } from "@polychron/session/model";
import { useHub } from "../hub-context.js";

/** What went wrong, what to do, and the code to look it up by; read out at once. */
export function ErrorAlert({
  error,
  onDismiss,
}: {
  readonly error: ErrorReport | null;
  readonly onDismiss?: () => void;
}) {
  const { texts } = useHub();
  if (error === null) return null;
  const dismissal = onDismiss && { withCloseButton: true, onClose: onDismiss, closeButtonLabel: texts.errors.dismiss };
  return (
    <Alert color="red" variant="light" mt="xs" role="alert" title={error.message} {...dismissal}>
      <Text size="sm">{error.remedy}</Text>
      <Text size="xs" c="dimmed" mt={4}>
        {error.code}
      </Text>
    </Alert>
  );
}
