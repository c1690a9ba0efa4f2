import { Badge, Group, Text, Title } from "@mantine/core";
import type { ScoresView } from "@polychron/protocol";
import type { ErrorReport } from "@polychron/session/model";
import { useEffect, useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Scores } from "../elements/scores.js";
import { useCommand, useHub } from "../hub-context.js";
import { reportUrl } from "./session-pages.js";

const LEVEL_COLOURS = { good: "teal", fair: "orange", poor: "red", unknown: "gray" } as const;
const LEVEL_SIGNS = { good: "✓", fair: "!", poor: "✕", unknown: "?" } as const;

/** What a session's quality report says in short, as the hub tells it. */
interface Report {
  readonly verdict: { readonly level: keyof typeof LEVEL_COLOURS; readonly text: string };
  readonly scores: Readonly<Record<keyof ScoresView, { readonly value: number | null }>>;
}

/** The verdict on a session, its scores, and the way to the whole report; read anew when `version` changes. */
export function QualitySummary({ session, version }: { readonly session: string; readonly version: string }) {
  const { texts, http } = useHub();
  const [report, setReport] = useState<Report | null>(null);
  const [error, setError] = useState<ErrorReport | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void http.json<{ report: Report | null }>(reportUrl(session)).then((answer) => {
      if (!isCurrent) return;
      setError(answer.ok ? null : answer.error);
      if (answer.ok) setReport(answer.value.report);
    });
    return () => {
      isCurrent = false;
    };
  }, [http, session, version]);
  return (
    <section aria-label={texts.quality.title}>
      <Title order={4} size="h6">
        {texts.quality.title}
      </Title>
      <ErrorAlert error={error} />
      {report === null ? (
        <Text size="sm" c="dimmed">
          {texts.quality.none}
        </Text>
      ) : (
        <Verdict report={report} />
      )}
      <Actions session={session} isMade={report !== null} />
    </section>
  );
}

function Verdict({ report: { verdict, scores } }: { readonly report: Report }) {
  const { quality } = useHub().texts;
  const { level } = verdict;
  const values = {
    synchronization: scores.synchronization.value,
    data: scores.data.value,
    coordination: scores.coordination.value,
  };
  return (
    <>
      <Group gap="xs" my={4} align="flex-start" wrap="nowrap">
        <Badge variant="light" color={LEVEL_COLOURS[level]} className="badge">
          {LEVEL_SIGNS[level]} {quality.levels[level]}
        </Badge>
        <Text size="sm" className="breakable">
          {verdict.text}
        </Text>
      </Group>
      <Scores scores={values} />
    </>
  );
}

function Actions({ session, isMade }: { readonly session: string; readonly isMade: boolean }) {
  const { texts, http } = useHub();
  const desk = useCommand();
  const [isOpening, setOpening] = useState(false);
  const [error, setError] = useState<ErrorReport | null>(null);
  const open = async (): Promise<void> => {
    setOpening(true);
    const answer = await http.blob(`${reportUrl(session)}.html`);
    setOpening(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) openBlob(answer.value);
  };
  return (
    <>
      <Group gap="xs" mt="xs">
        {isMade && (
          <CommandButton size="compact-sm" pending={isOpening} onPress={() => void open()}>
            {texts.quality.open}
          </CommandButton>
        )}
        <CommandButton
          size="compact-sm"
          variant="default"
          pending={desk.pending}
          onPress={() => void desk.send({ kind: "report_session", session })}
        >
          {isMade ? texts.quality.again : texts.quality.make}
        </CommandButton>
      </Group>
      <ErrorAlert error={error ?? desk.error} onDismiss={desk.dismiss} />
    </>
  );
}

/**
 * The token travels in a header, which a plain link cannot carry: so the bytes come first, the page after. The address is
 * kept as long as this page lives, for the other one may be loaded anew. The report forbids itself to load or run anything.
 */
function openBlob(blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.target = "_blank";
  link.rel = "noopener";
  link.click();
}
