import { Checkbox, Group, SimpleGrid, TagsInput, Text, TextInput } from "@mantine/core";
import { TEXT_MAX, type DeviceView } from "@polychron/protocol";
import { useHub } from "../hub-context.js";

/** What the operator filled in for a new session. */
export interface SessionForm {
  readonly name: string;
  readonly operator: string;
  readonly participants: readonly string[];
  /** Free devices that shall not take part; the others do, also one that is connected meanwhile. */
  readonly leftOut: readonly string[];
}

export const NO_SESSION_FORM: SessionForm = { name: "", operator: "", participants: [], leftOut: [] };

interface Props {
  readonly form: SessionForm;
  readonly onChange: (form: SessionForm) => void;
}

/** Name, operator, participants. */
export function WhoFields({ form, onChange }: Props) {
  const { record } = useHub().texts;
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <TextInput
        label={record.name}
        description={record.nameHint}
        value={form.name}
        maxLength={TEXT_MAX}
        onChange={(event) => onChange({ ...form, name: event.currentTarget.value })}
      />
      <TextInput
        label={record.operator}
        description={"\u00a0"}
        value={form.operator}
        maxLength={TEXT_MAX}
        onChange={(event) => onChange({ ...form, operator: event.currentTarget.value })}
      />
      <TagsInput
        label={record.participants}
        description={record.participantsHint}
        value={[...form.participants]}
        onChange={(participants) => onChange({ ...form, participants })}
        maxTags={20}
        acceptValueOnBlur
      />
    </SimpleGrid>
  );
}

/** Which of the free devices take part. */
export function DeviceChoice({ free, form, onChange }: Props & { readonly free: readonly DeviceView[] }) {
  const { record } = useHub().texts;
  const ids = free.map((device) => device.id);
  if (free.length === 0) return <Text size="sm">{record.noDevicesYet}</Text>;
  return (
    <Checkbox.Group
      label={record.devices}
      value={ids.filter((id) => !form.leftOut.includes(id))}
      onChange={(kept) => onChange({ ...form, leftOut: ids.filter((id) => !kept.includes(id)) })}
    >
      <Group mt={4}>
        {free.map((device) => (
          <Checkbox key={device.id} value={device.id} label={device.label} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
