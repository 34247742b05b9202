import type { Words } from "./words.ts";

export const pt: Words = {
  loading: "Um momento…",

  connectTo: (service) => `Conecte o WhatsApp a ${service}`,
  connect: "Conecte seu número do WhatsApp",
  madeFor: (tenant) => `Este link foi criado para ${tenant}.`,
  stepLogin: "Entre com o Facebook na janela que a Meta abre e escolha nela seu número.",
  stepBack: "Volte a esta página. Ela conclui a conexão sozinha.",
  password: "Sua senha do Facebook fica com a Meta. Ninguém mais a vê.",
  whichNumber: "Qual número você quer conectar?",
  appNumber: "Uso este número no aplicativo WhatsApp Business",
  appNumberHint:
    "Você mantém o aplicativo e suas conversas. Tenha o telefone à mão. Depois é preciso conectar novamente os aparelhos conectados.",
  newNumber: "Um número novo",
  newNumberHint: "Ele não é usado em nenhum aplicativo do WhatsApp.",
  preparing: "Preparando o login da Meta…",
  scriptMissing:
    "Não foi possível carregar o login da Meta. O motivo pode ser um bloqueador de anúncios ou uma configuração de privacidade: permita-o nesta página e recarregue-a.",
  scriptMissingHere:
    "Não foi possível carregar o login da Meta, talvez por causa de um bloqueador de anúncios. Você pode continuar mesmo assim: a Meta será aberta nesta janela.",

  continueWithFacebook: "Continuar com o Facebook",
  continueHere: "Continuar nesta janela",
  tryAgain: "Tentar novamente",
  startAgain: "Começar de novo",
  reload: "Recarregar a página",
  cancel: "Cancelar",
  close: "Fechar esta janela",

  waiting: [
    "Continue na janela da Meta",
    "Quando você terminar, esta página continuará sozinha. Deixe-a aberta.",
  ],
  noWindow: "Não vê nenhuma janela ou a fechou?",
  blocked: [
    "A janela da Meta foi bloqueada",
    "Permita janelas pop-up nesta página e tente novamente.",
  ],
  blockedHere:
    "Seu navegador não permitiu que ela abrisse. Permita janelas pop-up nesta página e tente novamente, ou continue nesta janela.",
  left: [
    "Ainda não está conectado",
    "A janela da Meta foi fechada antes do fim. Nada foi conectado. Você pode tentar novamente.",
  ],
  metaFailed: [
    "Algo deu errado na Meta",
    "O problema surgiu na janela da Meta. Nada foi conectado. Você pode tentar novamente.",
  ],
  metaSays: (message) => `Mensagem da Meta: “${message}”`,

  working: ["Conectando seu número", "Isso leva alguns segundos. Deixe esta página aberta."],
  chooseNumber: [
    "Escolha seu número",
    "Sua conta do WhatsApp Business tem mais de um. Qual você quer conectar?",
  ],
  chooseFirst: "Escolha um número.",
  connectNumber: "Conectar este número",
  pin: [
    "Digite o PIN do seu número",
    "Este número está protegido pela confirmação em duas etapas, por isso a Meta pede o PIN.",
  ],
  pinLabel: "PIN de seis dígitos",
  pinHelp:
    "Não é um código recebido por SMS. Ninguém mais sabe o PIN? Ele pode ser alterado no Gerenciador do WhatsApp. A Meta permite poucas tentativas.",
  pinShape: "O PIN tem exatamente seis dígitos.",
  pinWrong: "A Meta não aceitou este PIN. Verifique-o.",
  pinButton: "Continuar",

  failed: "Não foi possível conectar o número",
  errors: {
    endpoint_unreachable: "Não foi possível acessar o servidor que deve receber suas mensagens.",
    endpoint_http_error: "O servidor que deve receber suas mensagens respondeu com um erro.",
    challenge_mismatch:
      "O servidor que deve receber suas mensagens não passou na verificação da Meta.",
    verify_token_rejected:
      "O servidor que deve receber suas mensagens recusou a verificação da Meta.",
    timeout: "O servidor que deve receber suas mensagens não respondeu a tempo.",
    redirect: "O servidor que deve receber suas mensagens apontou para outro endereço.",
    user_cancelled: "A janela da Meta foi fechada antes do fim.",
    session_expired: "Passou tempo demais desde o início.",
    code_expired: "A confirmação da Meta expirou antes de ser usada.",
    code_used: "A confirmação da Meta já tinha sido usada.",
    exchange_ambiguous:
      "A resposta da Meta se perdeu no caminho e esta tentativa não pode continuar.",
    token_invalid: "A Meta não aceitou o acesso concedido.",
    missing_permission:
      "Uma permissão necessária não foi concedida. Deixe todas ativadas na janela da Meta.",
    waba_not_granted:
      "A conta ou o número do WhatsApp Business não foi compartilhado. Selecione-os na janela da Meta.",
    number_ambiguous: "Sua conta tem vários números e não está claro qual deles você quer.",
    number_missing:
      "Sua conta do WhatsApp Business ainda não tem um número. Adicione um no Gerenciador do WhatsApp e tente novamente.",
    waba_conflict:
      "Esta conta ou este número do WhatsApp Business já está conectado em outro lugar.",
    subscribe_refused: "A Meta recusou a entrega das mensagens desta conta.",
    override_refused: "A Meta não aceitou o endereço para o qual suas mensagens devem ir.",
    pin_required: "O número está protegido por um PIN.",
    register_refused: "A Meta recusou o registro do número.",
    meta_unavailable: "A Meta não está respondendo no momento.",
    unknown: "Aconteceu algo inesperado.",
  },
  askSupport: "Se não conseguir continuar, fale com quem enviou este link. Esta referência ajuda:",

  completed: "O WhatsApp está conectado",
  number: "Número",
  verifiedName: "Nome no WhatsApp",
  pending:
    "A Meta ainda está analisando este número. Isso é normal, e você não precisa fazer nada.",
  mayClose: "Você pode fechar esta página.",
  cancelled: [
    "A conexão foi cancelada",
    "Nada foi conectado. Se mudar de ideia, peça um novo link.",
  ],
  expired: ["Este link expirou", "Peça um novo a quem o enviou."],
  elsewhere: [
    "Este link não pode ser usado aqui",
    "Ele foi aberto em outro navegador ou já foi usado. Continue onde começou ou peça um novo link.",
  ],
  missing: [
    "Este link não é válido",
    "Verifique se o endereço está completo ou peça um novo link a quem o enviou.",
  ],
  unavailable: [
    "Indisponível no momento",
    "O serviço não respondeu. Tente novamente em um minuto.",
  ],
  noOpener: [
    "Esta janela perdeu sua página",
    "Feche-a e comece de novo na página de onde você veio.",
  ],
  sent: ["Você já terminou aqui", "Volte para a página de onde você veio."],
  leadsTo: (host) => `Levando você para ${host}.`,
  goTo: (host) => `Continuar para ${host}`,

  support: "Ajuda",
  privacy: "Privacidade",
};
