/**
 * A sample of the stored deliveries, SQLite dialect: evenly spread slices of the table, 2,000 rows at
 * most, and all of them below that. Part of statements.
 */

const SLICES = 200;
export const SLICE_ROWS = 10;

/**
 * Row numbers grow with every insert and leave gaps where rows went, so that slices of equal width
 * tell how full the table is. `step / SLICE_ROWS` is how many rows each row of the sample stands for.
 */
export const SAMPLED_DELIVERIES = `(with recursive bounds(low, high) as (
  select (select min(rowid) from deliveries), (select max(rowid) from deliveries)
), slices(start, step, high) as (
  select low, max(${SLICE_ROWS}, (high - low) / ${SLICES} + 1), high from bounds
    where low is not null
  union all
  select start + step, step, high from slices where start + step <= high
) select start, step from slices) as slices
  cross join deliveries on deliveries.rowid between start and start + ${SLICE_ROWS - 1}`;
