import { readFileSync } from 'node:fs';

/** Of the kernel's clock ticks in /proc; 100 a second on every Linux that Node runs on (sysconf _SC_CLK_TCK). */
const msPerTick = 10;

/** CPU time a process has used so far, all its threads, user and system, in milliseconds (proc_pid_stat(5)). */
export function readCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name, in brackets, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

/** Resident memory in MB of 10^6 bytes (VmRSS, proc_pid_status(5)). */
export function readResidentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kb) * 1024) / 1e6;
}
