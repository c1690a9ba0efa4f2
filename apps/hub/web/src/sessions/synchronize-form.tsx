import { Group, Text, TextInput, Title } from "@mantine/core";
import { GRID_RATE_LIMITS_HZ } from "@polychron/protocol";
import { useState, type FormEvent } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { useCommand, useHub } from "../hub-context.js";
import { gridRate } from "./grid-rate.js";

/** Orders the tables of a session's streams on one time base. */
export function SynchronizeForm({ session }: { readonly session: string }) {
  const texts = useHub().texts.sessions.synchronize;
  const desk = useCommand();
  const [text, setText] = useState(String(GRID_RATE_LIMITS_HZ.usual));
  const rateHz = gridRate(text);
  const { lowest, highest } = GRID_RATE_LIMITS_HZ;
  const order = (event: FormEvent): void => {
    event.preventDefault();
    if (rateHz !== undefined) void desk.send({ kind: "synchronize", session, rate_hz: rateHz });
  };
  return (
    <form aria-label={texts.title} onSubmit={order}>
      <Title order={4} size="h6">
        {texts.title}
      </Title>
      <Text size="sm" c="dimmed">
        {texts.hint}
      </Text>
      <Group align="flex-end" mt="xs">
        <TextInput
          label={texts.rate}
          inputMode="decimal"
          value={text}
          error={rateHz === undefined ? texts.wrong(lowest, highest) : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <CommandButton pending={desk.pending} disabled={rateHz === undefined} variant="default">
          {texts.run}
        </CommandButton>
      </Group>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
    </form>
  );
}
