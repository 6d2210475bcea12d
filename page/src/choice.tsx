/** One of some values, in a form that filters. */
interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: readonly (readonly [value: string, words: string] | readonly string[])[];
}

export const Choice = ({ name, value, onChange, children }: ChoiceProps) => (
  <label>
    {name}
    <select value={value} onChange={event => onChange(event.target.value)}>
      {children.map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </select>
  </label>
);
