/**
 * Solves `matrix` · x = `values` by Gaussian elimination with partial pivoting. `matrix` is square, row by row; both
 * arguments are overwritten. Nothing when a pivot vanishes: the equations do not say enough.
 */
export function solveLinear(matrix: Float64Array, values: Float64Array): Float64Array | undefined {
  const size = values.length;
  for (let column = 0; column < size; column += 1) {
    const pivot = findPivot(matrix, size, column);
    if (pivot === undefined) return undefined;
    if (pivot !== column) swapRows(matrix, values, pivot, column);
    for (let row = column + 1; row < size; row += 1) {
      const factor = (matrix[row * size + column] as number) / (matrix[column * size + column] as number);
      if (factor === 0) continue;
      for (let at = column; at < size; at += 1) {
        matrix[row * size + at] = (matrix[row * size + at] as number) - factor * (matrix[column * size + at] as number);
      }
      values[row] = (values[row] as number) - factor * (values[column] as number);
    }
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let rest = values[row] as number;
    for (let at = row + 1; at < size; at += 1) rest -= (matrix[row * size + at] as number) * (values[at] as number);
    values[row] = rest / (matrix[row * size + row] as number);
  }
  return values;
}

const smallestPivot = 1e-9;

function findPivot(matrix: Float64Array, size: number, column: number): number | undefined {
  let pivot = column;
  for (let row = column + 1; row < size; row += 1) {
    const larger = Math.abs(matrix[row * size + column] as number) > Math.abs(matrix[pivot * size + column] as number);
    if (larger) pivot = row;
  }
  return Math.abs(matrix[pivot * size + column] as number) > smallestPivot ? pivot : undefined;
}

function swapRows(matrix: Float64Array, values: Float64Array, a: number, b: number): void {
  const size = values.length;
  for (let at = 0; at < size; at += 1) {
    const kept = matrix[a * size + at] as number;
    matrix[a * size + at] = matrix[b * size + at] as number;
    matrix[b * size + at] = kept;
  }
  const kept = values[a] as number;
  values[a] = values[b] as number;
  values[b] = kept;
}
