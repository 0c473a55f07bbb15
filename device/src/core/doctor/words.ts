import { nearEndAdvice } from '../printer/printer-words.ts';
import type { CheckId, Words } from './report.ts';

export const checkNames: Record<CheckId, Words> = {
  service: { ko: '단말 서비스', en: 'box service' },
  scanner: { ko: '스캐너', en: 'scanner' },
  light: { ko: '표시등', en: 'light' },
  printer: { ko: '프린터', en: 'printer' },
  print: { ko: '시험 인쇄', en: 'test print' },
  network: { ko: '네트워크', en: 'network' },
  broker: { ko: '브로커 연결', en: 'broker' },
  login: { ko: '브로커 인증', en: 'login' },
  clock: { ko: '시계', en: 'clock' },
  disk: { ko: '저장 공간', en: 'disk' },
  journal: { ko: '거래 기록', en: 'journal' },
  temperature: { ko: '온도', en: 'temperature' },
  throttling: { ko: '전원 전압', en: 'power supply' },
  versions: { ko: '버전', en: 'versions' },
};

/** What to do, by what was found. */
export const advice = {
  stopService: {
    ko: '실행 중인 단말 서비스가 장치를 쓰고 있습니다. 서비스를 멈춘 뒤 다시 점검하세요.',
    en: 'The running box service holds this. Stop the service, then check again.',
  },
  heldByOther: {
    ko: '다른 프로그램이 장치를 쓰고 있습니다. 단말 서비스나 시리얼 프로그램을 멈춘 뒤 다시 점검하세요.',
    en: 'Another program holds the device. Stop the box service or the terminal program, then check again.',
  },
  noPermission: {
    ko: '장치를 열 권한이 없습니다. 단말 서비스와 같은 사용자(dialout, video, gpio 그룹)로 실행하세요.',
    en: 'No permission for the device. Run this as the user of the box service (groups dialout, video, gpio).',
  },
  serialScanner: {
    ko: '스캐너 케이블과 전원을 확인하고, 설정의 scanners 경로가 /dev/serial/by-id/ 아래 이름과 같은지 보세요.',
    en: 'Check the scanner’s cable and power, and that the path in scanners is a name below /dev/serial/by-id/.',
  },
  cameraMissing: {
    ko: '카메라 프로그램이 없습니다. rpicam-apps 패키지를 설치하세요.',
    en: 'The camera program is missing. Install the package rpicam-apps.',
  },
  cameraSilent: {
    ko: '카메라 영상이 오지 않습니다. 전원을 끄고 리본 케이블을 다시 끼운 뒤 rpicam-hello --list-cameras 로 확인하세요.',
    en: 'No picture from the camera. Switch off, reseat the ribbon cable, then try rpicam-hello --list-cameras.',
  },
  light: {
    ko: '표시등을 켤 수 없습니다. 배선과 설정의 light(종류, 핀 번호)를 확인하세요.',
    en: 'The light cannot be driven. Check its wiring and the section light (kind, line numbers).',
  },
  printerSilent: {
    ko: '프린터가 응답하지 않습니다. 전원과 케이블, 설정의 printer 주소를 확인하세요.',
    en: 'The printer does not answer. Check its power, its cable and the address in the section printer.',
  },
  nearEnd: nearEndAdvice,
  printUnsure: {
    ko: '인쇄가 끝났는지 프린터가 알려 주지 않았습니다. 종이를 직접 확인하세요.',
    en: 'The printer did not say whether it printed. Look at the paper.',
  },
  networkDown: {
    ko: '네트워크가 연결되지 않았습니다. 랜선이나 와이파이, 공유기 전원을 확인하세요.',
    en: 'No network. Check the cable or Wi-Fi, and that the router is on.',
  },
  noRoute: {
    ko: '인터넷으로 나가는 경로가 없습니다. 공유기를 껐다 켜고, 고정 IP 라면 게이트웨이 설정을 확인하세요.',
    en: 'No way out to the internet. Restart the router; with a fixed address, check the gateway.',
  },
  noName: {
    ko: '브로커 주소의 이름을 찾지 못합니다. 인터넷 연결과 DNS 설정, broker.url 의 철자를 확인하세요.',
    en: 'The broker’s name is not found. Check the internet connection, DNS and the spelling of broker.url.',
  },
  brokerUrl: {
    ko: '설정의 broker.url 형식을 고치세요. 예: mqtts://host:8883',
    en: 'Put the broker.url of the configuration right, e.g. mqtts://host:8883.',
  },
  brokerUnreachable: {
    ko: '브로커에 연결할 수 없습니다. 인터넷(랜선, 공유기), 방화벽, 설정의 broker.url 을 확인하세요.',
    en: 'The broker cannot be reached. Check the network (cable, router), the firewall and broker.url.',
  },
  login: {
    ko: '브로커가 이 단말을 받아들이지 않습니다. deviceId 와 broker.password 가 등록한 것과 같은지 운영사에 확인하세요.',
    en: 'The broker does not take this box. Ask the operator whether deviceId and broker.password are as registered.',
  },
  clockSilent: {
    ko: '운영사 시계가 응답하지 않습니다. 단말의 signingKey 와 operator.messageKeys 가 등록한 것과 같은지 운영사에 확인하세요.',
    en: 'The operator’s clock does not answer. Ask the operator whether signingKey and messageKeys are as registered.',
  },
  clockDrift: {
    ko: '단말 시계가 틀립니다. timedatectl 로 NTP 가 켜져 있는지 확인하세요.',
    en: 'The box’s clock is off. See with timedatectl whether NTP is on.',
  },
  diskLow: {
    ko: '저장 공간이 부족합니다. 오래된 로그를 지우거나 더 큰 카드로 바꾸세요.',
    en: 'Little space is left. Remove old logs, or change to a larger card.',
  },
  diskPath: {
    ko: 'dataDir 에 쓸 수 없습니다. 경로와 소유자, 읽기 전용 마운트(SD 카드 고장)인지 확인하세요.',
    en: 'dataDir cannot be written. Check path and owner, and whether the card has failed and is mounted read-only.',
  },
  journal: {
    ko: '거래 기록을 열 수 없습니다. 파일을 지우지 말고 복사해 두고, 소유자를 확인한 뒤 지원팀에 문의하세요.',
    en: 'The journal does not open. Do not delete it: keep a copy, check its owner, and call support.',
  },
  hot: {
    ko: '단말이 뜨겁습니다. 통풍구와 방열판을 확인하고 햇빛과 열원에서 옮기세요.',
    en: 'The box is hot. Check vents and heat sink, and move it away from sun and heat.',
  },
  underVoltage: {
    ko: '전원 전압이 부족합니다. 정품 어댑터와 짧은 케이블을 쓰고, USB 장치가 많으면 전원 허브를 쓰세요.',
    en: 'The supply voltage is too low. Use the board’s own adapter and a short cable; a powered hub for many USB parts.',
  },
  linkDown: {
    ko: '실행 중인 단말이 브로커에 연결되어 있지 않습니다. 위의 네트워크와 브로커 항목을 먼저 해결하세요.',
    en: 'The running box is not connected to the broker. See to the network and the broker above first.',
  },
  clockUntrusted: {
    ko: '단말이 아직 시계를 믿지 못해 결제를 받지 않습니다. 통신이 연결되면 스스로 맞춥니다.',
    en: 'The box does not trust its clock yet and takes no payment. It sets it by itself once the link is up.',
  },
  openPayments: {
    ko: '결과를 확인 중인 거래가 있습니다. 전원을 끄지 말고 통신이 돌아올 때까지 기다리세요.',
    en: 'Some payments are not settled yet. Leave the box on until the link is back.',
  },
  printerRunning: {
    ko: '프린터의 용지, 덮개, 전원과 케이블을 확인하세요. 기다리던 영수증은 저절로 출력됩니다.',
    en: 'Check the printer’s paper, cover, power and cable. Receipts that wait are then printed by themselves.',
  },
  tooLate: {
    ko: '점검이 제시간에 끝나지 않았습니다. 장치의 전원과 케이블을 확인하고 다시 점검하세요.',
    en: 'The check did not end in time. Check the power and cable of the instrument, then check again.',
  },
  unexpected: {
    ko: '점검 중 예상하지 못한 오류입니다. 이 출력을 지원팀에 보내세요.',
    en: 'An unexpected error during the check. Send this output to support.',
  },
} as const satisfies Record<string, Words>;
