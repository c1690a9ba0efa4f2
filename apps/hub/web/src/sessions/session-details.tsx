import { Checkbox, Group, Progress, Stack, Text, Title } from "@mantine/core";
import type { HubSnapshot, JobView, SessionListEntry } from "@polychron/protocol";
import { canDo, SESSION_STATES } from "@polychron/session/model";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { useCommand, useHub } from "../hub-context.js";
import { ExportedFiles } from "./exported-files.js";
import { QualitySummary } from "./quality-summary.js";
import { SynchronizeForm } from "./synchronize-form.js";
import { exportVersion, isUnderWay, shownJobs } from "./session-pages.js";

type Format = "csv" | "mat";

/** Export of one session: formats, progress, downloads; and its reopening. */
export function SessionDetails({
  entry,
  snapshot,
}: {
  readonly entry: SessionListEntry;
  readonly snapshot: HubSnapshot;
}) {
  const { texts } = useHub();
  const { session_id: session, status } = entry;
  const jobs = shownJobs(snapshot, session);
  const isOpen = snapshot.sessions.some((open) => open.id === session);
  const state = SESSION_STATES.find((known) => known === status);
  return (
    <Stack mt="md" gap="md">
      <Text size="sm" c="dimmed" className="breakable">
        {texts.sessions.folder}: {snapshot.hub.recordings_folder}/{session}
      </Text>
      <Lacks missing={entry.missing} />
      <QualitySummary session={session} version={exportVersion(snapshot, session)} />
      <ExportForm session={session} />
      <SynchronizeForm session={session} />
      {jobs.length > 0 && (
        <ul className="plain-list">
          {jobs.map((job) => (
            <JobLine key={job.id} job={job} />
          ))}
        </ul>
      )}
      <ExportedFiles session={session} version={exportVersion(snapshot, session)} />
      {!isOpen && state !== undefined && canDo(state, "reopen") && <Reopen session={session} />}
    </Stack>
  );
}

/** What the session lacks, and what can be done about it. */
function Lacks({ missing: { files, streams } }: Pick<SessionListEntry, "missing">) {
  const { texts } = useHub();
  return (
    <>
      {files > 0 && <Text size="sm">{texts.files.missingHint(files)}</Text>}
      {streams > 0 && <Text size="sm">{texts.files.gapsHint(streams)}</Text>}
    </>
  );
}

function ExportForm({ session }: { readonly session: string }) {
  const { texts } = useHub();
  const desk = useCommand();
  const [formats, setFormats] = useState<Format[]>(["csv", "mat"]);
  return (
    <section aria-label={texts.sessions.export}>
      <Title order={4} size="h6">
        {texts.sessions.export}
      </Title>
      <Group mt="xs">
        <Checkbox.Group
          aria-label={texts.sessions.formats}
          value={formats}
          onChange={(chosen) => setFormats(chosen as Format[])}
        >
          <Group>
            <Checkbox value="csv" label={texts.sessions.csv} />
            <Checkbox value="mat" label={texts.sessions.mat} />
          </Group>
        </Checkbox.Group>
        <CommandButton
          variant="default"
          pending={desk.pending}
          disabled={formats.length === 0}
          onPress={() => void desk.send({ kind: "export_session", session, formats })}
        >
          {texts.sessions.export}
        </CommandButton>
      </Group>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
    </section>
  );
}

function JobLine({ job }: { readonly job: JobView }) {
  const { texts } = useHub();
  const desk = useCommand();
  const isGoing = isUnderWay(job);
  const kinds: Readonly<Record<string, string>> = texts.sessions.jobs;
  const kind = kinds[job.kind] ?? job.kind;
  const percent = Math.round(job.progress * 100);
  return (
    <li>
      <Group gap="sm">
        <Text size="sm" role="status">
          {kind}: {texts.jobStatuses[job.status]}
          {job.status === "running" && ` ${percent}\u00a0%`}
          {job.status === "done" && `, ${texts.sessions.made(job.outputs.length)}`}
        </Text>
        {isGoing && (
          <>
            <Progress flex={1} miw={120} value={percent} aria-label={texts.sessions.progressOf(kind)} />
            <CommandButton
              size="compact-sm"
              variant="default"
              pending={desk.pending}
              onPress={() => void desk.send({ kind: "cancel_job", job: job.id })}
            >
              {texts.sessions.cancel(kind)}
            </CommandButton>
          </>
        )}
      </Group>
      <ErrorAlert error={job.error ?? desk.error} />
    </li>
  );
}

function Reopen({ session }: { readonly session: string }) {
  const { texts } = useHub();
  const desk = useCommand();
  return (
    <div>
      <Group>
        <CommandButton
          variant="default"
          pending={desk.pending}
          onPress={() => void desk.send({ kind: "reopen_session", session })}
        >
          {texts.sessions.reopen}
        </CommandButton>
        <Text size="sm" c="dimmed">
          {texts.sessions.reopenHint}
        </Text>
      </Group>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
    </div>
  );
}
