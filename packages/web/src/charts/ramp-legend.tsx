/** What a color stands for: the ends of the ramp, such as `val_acc: worse ▬ better`. */
export const RampLegend = ({ name, low, high }: { name: string; low: string; high: string }) => (
  <span className="ramp-legend">
    {name}: {low} <i aria-hidden="true" /> {high}
  </span>
)
