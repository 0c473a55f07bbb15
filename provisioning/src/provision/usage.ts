import { staffUsage } from '@scanpay/shared/system/staff-credentials.ts';

export const usage = `usage: scanpay-provision COMMAND [options]
  prepare --boot DIR [--deb FILE] [--config FILE] [--wifi TEXT] [--ssh-key FILE …] [--hostname NAME] [--user NAME]
          [--claim TEXT | --operator URL --device ID --merchant ID]
          writes the mounted boot partition of a Raspberry Pi OS card or image
  install --deb FILE [--config FILE] [--target USER@HOST]
          installs the package on a running Pi, and starts the service
  claim --operator URL --device ID --merchant ID [--target USER@HOST | --local]
          gets a claim: shown as QR code and short code, or used on the box at once
  check [--target USER@HOST]
          the box's own doctor
  hand-over --technician NAME --operator URL [--target USER@HOST]
          the box checks itself, signs and prints the slip for the shop; the operator keeps it
  decommission --operator URL [--target USER@HOST] [--force] [--leave-off]
          drains, stops and revokes the box, and destroys its keys

  --target USER@HOST   by ssh, with your keys; without it, this machine. --port N: sshd's
  --operator URL       the operator's address for its staff, http(s)://host:port
${staffUsage}
  --dry-run            says what would be done; changes nothing
  --json               one line of JSON for each event, no questions
  --yes                no question before what cannot be undone
  --state FILE         where steps done are noted, so that the next call goes on there; --no-state: nowhere
  --no-sudo            you are root there; otherwise root's work is done by sudo -n
  --service-user NAME  whom the box service runs as (default scanpay); none: whoever logs in
  --device-command CMD the box's command (default scanpay-device); words are split at blanks
  --box-config FILE    the box's configuration on the box, where that is not the default

exit code: 0 done, 1 refused or a fault (the words say why), 2 wrong arguments, 3 the box or the operator cannot be
reached, 130 given up by the technician
`;
