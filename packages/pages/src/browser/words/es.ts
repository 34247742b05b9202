import type { Words } from "./words.ts";

export const es: Words = {
  loading: "Un momento…",

  connectTo: (service) => `Conecta WhatsApp con ${service}`,
  connect: "Conecta tu número de WhatsApp",
  madeFor: (tenant) => `Este enlace se ha creado para ${tenant}.`,
  stepLogin: "Inicia sesión con Facebook en la ventana que abre Meta y elige allí tu número.",
  stepBack: "Vuelve a esta página. La conexión se completa por sí sola.",
  password: "Tu contraseña de Facebook se queda en Meta. Nadie más la ve.",
  whichNumber: "¿Qué número quieres conectar?",
  appNumber: "Uso este número en la aplicación WhatsApp Business",
  appNumberHint:
    "Conservas la aplicación y tus chats. Ten el teléfono a mano. Después hay que volver a vincular los dispositivos vinculados.",
  newNumber: "Un número nuevo",
  newNumberHint: "No se usa en ninguna aplicación de WhatsApp.",
  preparing: "Preparando el inicio de sesión de Meta…",
  scriptMissing:
    "No se ha podido cargar el inicio de sesión de Meta. Puede deberse a un bloqueador de anuncios o a un ajuste de privacidad: permítelo en esta página y vuelve a cargarla.",
  scriptMissingHere:
    "No se ha podido cargar el inicio de sesión de Meta, quizá por un bloqueador de anuncios. Puedes continuar igualmente: Meta se abrirá en esta ventana.",

  continueWithFacebook: "Continuar con Facebook",
  continueHere: "Continuar en esta ventana",
  tryAgain: "Intentar de nuevo",
  startAgain: "Empezar de nuevo",
  reload: "Volver a cargar la página",
  cancel: "Cancelar",
  close: "Cerrar esta ventana",

  waiting: [
    "Continúa en la ventana de Meta",
    "Cuando termines allí, esta página seguirá por sí sola. No la cierres.",
  ],
  noWindow: "¿No ves ninguna ventana o la has cerrado?",
  blocked: [
    "Se ha bloqueado la ventana de Meta",
    "Permite las ventanas emergentes en esta página e inténtalo de nuevo.",
  ],
  blockedHere:
    "Tu navegador no ha dejado que se abra. Permite las ventanas emergentes en esta página e inténtalo de nuevo, o continúa en esta ventana.",
  left: [
    "Todavía no está conectado",
    "La ventana de Meta se cerró antes de terminar. No se ha conectado nada. Puedes intentarlo de nuevo.",
  ],
  metaFailed: [
    "Algo ha fallado en Meta",
    "El problema surgió en la ventana de Meta. No se ha conectado nada. Puedes intentarlo de nuevo.",
  ],
  metaSays: (message) => `Mensaje de Meta: «${message}»`,

  working: ["Conectando tu número", "Tardará unos segundos. No cierres esta página."],
  chooseNumber: [
    "Elige tu número",
    "Tu cuenta de WhatsApp Business tiene varios. ¿Cuál quieres conectar?",
  ],
  chooseFirst: "Elige un número.",
  connectNumber: "Conectar este número",
  pin: [
    "Introduce el PIN de tu número",
    "Este número está protegido con la verificación en dos pasos, por eso Meta pide su PIN.",
  ],
  pinLabel: "PIN de seis cifras",
  pinHelp:
    "No es un código que recibas por SMS. ¿Ya nadie lo sabe? Se puede cambiar en el administrador de WhatsApp. Meta solo permite unos pocos intentos.",
  pinShape: "El PIN tiene exactamente seis cifras.",
  pinWrong: "Meta no ha aceptado este PIN. Compruébalo.",
  pinButton: "Continuar",

  failed: "No se ha podido conectar el número",
  errors: {
    endpoint_unreachable: "No se ha podido acceder al servidor que debe recibir tus mensajes.",
    endpoint_http_error: "El servidor que debe recibir tus mensajes ha respondido con un error.",
    challenge_mismatch:
      "El servidor que debe recibir tus mensajes no ha superado la comprobación de Meta.",
    verify_token_rejected:
      "El servidor que debe recibir tus mensajes ha rechazado la comprobación de Meta.",
    timeout: "El servidor que debe recibir tus mensajes no ha respondido a tiempo.",
    redirect: "El servidor que debe recibir tus mensajes ha remitido a otra dirección.",
    user_cancelled: "La ventana de Meta se cerró antes de terminar.",
    session_expired: "Ha pasado demasiado tiempo desde el inicio.",
    code_expired: "La confirmación de Meta caducó antes de poder usarse.",
    code_used: "La confirmación de Meta ya se había usado.",
    exchange_ambiguous:
      "La respuesta de Meta se perdió por el camino y este intento no puede continuar.",
    token_invalid: "Meta no ha aceptado el acceso concedido.",
    missing_permission:
      "No se ha concedido un permiso necesario. Déjalos todos activados en la ventana de Meta.",
    waba_not_granted:
      "No se ha compartido la cuenta o el número de WhatsApp Business. Selecciónalos en la ventana de Meta.",
    number_ambiguous: "Tu cuenta tiene varios números y no está claro a cuál te refieres.",
    number_missing:
      "Tu cuenta de WhatsApp Business aún no tiene ningún número. Añade uno en el administrador de WhatsApp e inténtalo de nuevo.",
    waba_conflict:
      "Esta cuenta o este número de WhatsApp Business ya están conectados en otro lugar.",
    subscribe_refused: "Meta no ha permitido entregar los mensajes de esta cuenta.",
    override_refused: "Meta no ha aceptado la dirección a la que deben llegar tus mensajes.",
    pin_required: "El número está protegido con un PIN.",
    register_refused: "Meta no ha permitido registrar el número.",
    meta_unavailable: "Meta no responde en este momento.",
    unknown: "Ha ocurrido algo inesperado.",
  },
  askSupport:
    "Si no puedes continuar, ponte en contacto con quien te envió este enlace. Esta referencia le será útil:",

  completed: "WhatsApp está conectado",
  number: "Número",
  verifiedName: "Nombre en WhatsApp",
  pending: "Meta todavía está revisando este número. Es normal y no tienes que hacer nada.",
  mayClose: "Puedes cerrar esta página.",
  cancelled: [
    "Se ha cancelado",
    "No se ha conectado nada. Si cambias de opinión, pide un enlace nuevo.",
  ],
  expired: ["Este enlace ha caducado", "Pide uno nuevo a quien te lo envió."],
  elsewhere: [
    "Este enlace no se puede usar aquí",
    "Se abrió en otro navegador o ya se ha usado. Continúa donde empezaste o pide un enlace nuevo.",
  ],
  missing: [
    "Este enlace no es válido",
    "Comprueba que la dirección esté completa o pide un enlace nuevo a quien te lo envió.",
  ],
  unavailable: [
    "No disponible en este momento",
    "El servicio no ha respondido. Vuelve a intentarlo dentro de un minuto.",
  ],
  noOpener: [
    "Esta ventana ha perdido su página",
    "Ciérrala y empieza de nuevo en la página de la que vienes.",
  ],
  sent: ["Aquí ya has terminado", "Vuelve a la página de la que vienes."],
  leadsTo: (host) => `Te llevamos a ${host}.`,
  goTo: (host) => `Continuar a ${host}`,

  support: "Ayuda",
  privacy: "Privacidad",
};
