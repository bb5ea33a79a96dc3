{{- define "pod" -}}
terminationGracePeriodSeconds: {{ .Values.graceSeconds }}
containers:
  - name: agent
    image: {{ .Values.image | quote }}
    command: {{ append .Values.agent .Values.sweep | toJson }}
    env:
      - { name: CHIMNEY_URL, value: {{ .Values.url | quote }} }
      - { name: WANDB_BASE_URL, value: {{ .Values.url | quote }} }
      - { name: WANDB__FILE_STREAM_NO_GZIP, value: 'false' }
      {{- if .Values.checkpoints }}
      - { name: CHECKPOINTS, value: /checkpoints }
      {{- end }}
    envFrom:
      - secretRef: { name: {{ .Values.secret }} }
    resources: {{ toJson .Values.resources }}
    {{- if .Values.checkpoints }}
    volumeMounts:
      - { name: checkpoints, mountPath: /checkpoints }
    {{- end }}
{{- if .Values.checkpoints }}
volumes:
  - name: checkpoints
    persistentVolumeClaim: { claimName: {{ .Values.checkpoints }} }
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- end }}
