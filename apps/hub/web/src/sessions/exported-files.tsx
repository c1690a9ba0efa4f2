import { Text, Title } from "@mantine/core";
import type { ErrorReport } from "@polychron/session/model";
import { useEffect, useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { bytesText } from "../format.js";
import { useHub } from "../hub-context.js";
import { exportUrl } from "./session-pages.js";

interface ExportedFile {
  readonly path: string;
  readonly size: number;
}

/** What exports made of a session, to download; read anew when `version` changes. */
export function ExportedFiles({ session, version }: { readonly session: string; readonly version: string }) {
  const { texts, http } = useHub();
  const [files, setFiles] = useState<readonly ExportedFile[] | null>(null);
  const [error, setError] = useState<ErrorReport | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void http.json<{ files: ExportedFile[] }>(`/api/sessions/${encodeURIComponent(session)}/exports`).then((answer) => {
      if (!isCurrent) return;
      setError(answer.ok ? null : answer.error);
      if (answer.ok) setFiles(answer.value.files);
    });
    return () => {
      isCurrent = false;
    };
  }, [http, session, version]);
  return (
    <section aria-label={texts.sessions.files}>
      <Title order={4} size="h6">
        {texts.sessions.files}
      </Title>
      <ErrorAlert error={error} />
      {files?.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.sessions.filesNone}
        </Text>
      )}
      <ul className="plain-list">
        {files?.map((file) => (
          <FileLine key={file.path} session={session} file={file} />
        ))}
      </ul>
    </section>
  );
}

function FileLine({ session, file }: { readonly session: string; readonly file: ExportedFile }) {
  const { texts, http } = useHub();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<ErrorReport | null>(null);
  const download = async (): Promise<void> => {
    setPending(true);
    const answer = await http.blob(exportUrl(session, file.path));
    setPending(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) saveBlob(answer.value, file.path.split("/").at(-1)!);
  };
  return (
    <li>
      <CommandButton
        size="compact-sm"
        variant="subtle"
        className="file-name"
        pending={isPending}
        label={texts.sessions.download(file.path)}
        onPress={() => void download()}
      >
        {file.path}
      </CommandButton>{" "}
      <Text span size="sm" c="dimmed">
        {bytesText(file.size)}
      </Text>
      <ErrorAlert error={error} />
    </li>
  );
}

/** The token travels in a header, which a plain link cannot carry: so the bytes come first, the saving after. */
function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
